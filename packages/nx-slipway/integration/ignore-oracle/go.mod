module nx-slipway.example/ignore-oracle

go 1.19

require (
	github.com/containers/storage v1.43.0
	github.com/moby/patternmatcher v0.6.1
)

require (
	github.com/sirupsen/logrus v1.9.0 // indirect
	golang.org/x/sys v0.0.0-20220715151400-c0bba94af5f8 // indirect
)

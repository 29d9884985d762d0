#!/bin/bash
# Makes the volumes of claims whose pod was scheduled to this node, as folders of the node, and removes those that are released.
# A stand-in for local-path-provisioner. Two watches, since a kubectl every second would cost a good part of a core.
set -uo pipefail
export KUBECONFIG=/etc/kubernetes/kubelet.conf
provisioner=nx-slipway.test/local-volumes
folder=/var/local-volumes
node=$(hostname)

watch() { # RESOURCE FILTER: a line for each object, as it is now and whenever it changes
  kubectl get "$1" --all-namespaces --watch --output=json 2>/dev/null |
    jq --unbuffered --compact-output --arg node "$node" --arg provisioner "$provisioner" --arg folder "$folder" "$2"
}

provide() {
  watch persistentvolumeclaims 'select(.status.phase == "Pending"
      and .metadata.annotations["volume.kubernetes.io/selected-node"] == $node
      and .metadata.annotations["volume.kubernetes.io/storage-provisioner"] == $provisioner)
    | "pvc-\(.metadata.uid)" as $name
    | {apiVersion: "v1", kind: "PersistentVolume",
       metadata: {name: $name, annotations: {"pv.kubernetes.io/provisioned-by": $provisioner}},
       spec: {accessModes: .spec.accessModes, capacity: {storage: .spec.resources.requests.storage},
         storageClassName: .spec.storageClassName, persistentVolumeReclaimPolicy: "Delete",
         hostPath: {path: "\($folder)/\($name)", type: "Directory"},
         claimRef: {apiVersion: "v1", kind: "PersistentVolumeClaim", name: .metadata.name, namespace: .metadata.namespace,
           uid: .metadata.uid},
         nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [
           {key: "kubernetes.io/hostname", operator: "In", values: [$node]}]}]}}}}' |
    while read -r volume; do
      path=$(jq -r .spec.hostPath.path <<<"$volume")
      mkdir -p "$path" && chmod 0777 "$path"
      kubectl create -f - <<<"$volume"
    done
}

remove() {
  watch persistentvolumes 'select(.status.phase == "Released" and .metadata.deletionTimestamp == null
      and .metadata.annotations["pv.kubernetes.io/provisioned-by"] == $provisioner
      and .spec.persistentVolumeReclaimPolicy == "Delete"
      and .spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].values == [$node]) | .metadata.name' |
    while read -r name; do
      name=$(jq -r . <<<"$name")
      rm -rf "${folder:?}/$name"
      kubectl delete persistentvolume "$name" --wait=false
    done
}

while sleep 1; do provide; done &
while sleep 1; do remove; done

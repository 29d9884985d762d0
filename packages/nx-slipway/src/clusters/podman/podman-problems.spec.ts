import { recognizePodmanProblem } from './podman-problems';

/** What podman 4.3.1 with runc printed. */
const recorded = {
  portInUse: `time="2026-11-23T06:28:01Z" level=error msg="Starting some container dependencies"
time="2026-11-23T06:28:01Z" level=error msg="\\"cannot listen on the TCP port: listen tcp4 127.0.0.1:31999: bind: address already in use\\""
Error: starting some containers: internal libpod error`,
  // An earlier start of the pod's infra container was killed; podman has no container of that ID any more. Exit code 126.
  addressInUse: `time="2026-11-24T12:18:26Z" level=error msg="Starting some container dependencies"
time="2026-11-24T12:18:26Z" level=error msg="\\"IPAM error: requested ip address 10.89.1.11 is already allocated to container ID 19098c58d55d5dd09417135db423ec85d4cd035e1ee50b6a0890e634a8b3a85a\\""
Error: starting some containers: internal libpod error`,
  podNameInUse: 'Error: adding pod to state: name "kubelab_p1" is in use: pod already exists',
  networkUnknown: `[]
Error: inspecting object: network sliptest-no-such-net: unable to find network with name or ID sliptest-no-such-net: network not found`,
  imageUnknown: 'Error: localhost/nope:1: image not known',
  noProgram:
    'Error: runc: runc create failed: unable to start container process: exec: "nosuchcmd": executable file not found in $PATH: OCI runtime attempted to invoke a command that was not found',
  // Root without CAP_SYS_RESOURCE, and podman's own default limits; exit code 126.
  limitsRefused: `time="2026-11-24T20:25:44Z" level=error msg="Starting some container dependencies"
time="2026-11-24T20:25:44Z" level=error msg="\\"runc: runc create failed: unable to start container process: error during container init: error setting rlimits for ready process: error setting rlimit type 7: operation not permitted: OCI permission denied\\""
Error: starting some containers: internal libpod error`,
  // The pod's own process was killed a moment before; exit code 126.
  namespaceGone:
    "Error: OCI runtime error: runc: runc create failed: unable to start container process: can't get final child's PID from pipe: EOF",
  // The pod was removed a moment before; exit code 125.
  podGone: 'Error: pod has no infra container: no such container',
};

describe('recognizePodmanProblem', () => {
  it('finds the port that somebody else has', () => {
    expect(recognizePodmanProblem(recorded.portInUse)).toEqual({ kind: 'port-in-use', port: 31_999 });
  });
  it('finds the address that podman holds for somebody else', () => {
    expect(recognizePodmanProblem(recorded.addressInUse)).toEqual({ kind: 'address-in-use', address: '10.89.1.11' });
  });
  it('finds that a name is taken', () => {
    expect(recognizePodmanProblem(recorded.podNameInUse)).toEqual({ kind: 'name-in-use' });
  });
  it('finds that there is no such network', () => {
    expect(recognizePodmanProblem(recorded.networkUnknown)).toEqual({ kind: 'network-unknown' });
  });
  it('finds the image that is not there', () => {
    expect(recognizePodmanProblem(recorded.imageUnknown)).toEqual({ kind: 'image-unknown', image: 'localhost/nope:1' });
  });
  it('finds why the runtime could not start a container', () => {
    expect(recognizePodmanProblem(recorded.noProgram)).toEqual({
      kind: 'container-not-started',
      reason: 'exec: "nosuchcmd": executable file not found in $PATH',
    });
  });
  it('tells limits that this machine does not allow from what is wrong with the container', () => {
    expect(recognizePodmanProblem(recorded.limitsRefused)).toEqual({
      kind: 'limits-refused',
      reason:
        'error during container init: error setting rlimits for ready process: error setting rlimit type 7: operation not permitted',
    });
  });
  it('tells what befell the start from what is wrong with the container', () => {
    expect(recognizePodmanProblem(recorded.namespaceGone)).toEqual({ kind: 'interrupted' });
  });
  it('guesses nothing', () => {
    expect(recognizePodmanProblem(recorded.podGone)).toEqual({ kind: 'unknown' });
    expect(recognizePodmanProblem('Error: no space left on device')).toEqual({ kind: 'unknown' });
  });
});

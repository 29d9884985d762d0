import { detectMachineNeeds } from './machine-needs';

/** CapBnd of /proc/self/status: of root on an ordinary machine, and of root in a container without CAP_SYS_RESOURCE. */
const ALL = 'CapBnd:\t000001ffffffffff\n';
const WITHOUT_SYS_RESOURCE = 'CapBnd:\t000001fffeffffff\n';

const machine =
  (files: Readonly<Record<string, string>>) =>
  (path: string): string | undefined =>
    files[path];

describe('detectMachineNeeds', () => {
  it('finds nothing to change on an ordinary machine', () => {
    const read = machine({ '/sys/fs/cgroup/cgroup.controllers': 'cpu memory', '/proc/self/status': ALL });
    expect(detectMachineNeeds('linux', read)).toEqual({ cgroupV1: false, noSysResource: false });
  });

  it('finds cgroup v1 and a missing capability', () => {
    const read = machine({ '/proc/self/status': WITHOUT_SYS_RESOURCE });
    expect(detectMachineNeeds('linux', read)).toEqual({ cgroupV1: true, noSysResource: true });
  });

  it('leaves machines alone whose containers run in a virtual machine', () => {
    expect(detectMachineNeeds('darwin', machine({}))).toEqual({ cgroupV1: false, noSysResource: false });
  });
});

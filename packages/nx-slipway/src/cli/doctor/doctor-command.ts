export { lock as doctor } from '../lock/lock-command';

export { OwnInstances as CustomerInstancesPage } from '../../modules/customer/own-instances.tsx';

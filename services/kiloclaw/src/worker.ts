/** The entry of the control-plane Worker. */
import { createApp } from './app.ts';

export { InstanceObject } from './instance/instance-object.ts';
export { RegistryWriter } from './registry/registry-writer.ts';

export default createApp();

export { describeSettings, type SettingDescription } from './describe-settings.ts';
export {
  factsOf,
  type IssuedSecret,
  type MadeSecret,
  type SettingFacts,
  type SettingShape,
  setting,
} from './facts.ts';
export { DEVELOPMENT_MARK, productionFaults, type SecretFault } from './production-secrets.ts';
export { readSettings, SettingsError } from './read-settings.ts';
export {
  EnvironmentSetting,
  InternalApiKeySetting,
  MAKE_TEXT,
  SECRET_MIN_LENGTH,
} from './shared-settings.ts';
export { unknownSettings } from './unknown-settings.ts';

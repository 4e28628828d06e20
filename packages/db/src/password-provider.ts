/** The auth library's name for an account with a password. */
export const PASSWORD_PROVIDER = 'credential';

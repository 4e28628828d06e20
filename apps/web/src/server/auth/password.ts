/** Passwords as they are stored: the auth library's own hash, for whoever makes accounts outside of it. */
export { hashPassword } from 'better-auth/crypto';

/** Passwords as they are stored: the auth library's own hash, in one place for whoever makes or checks them. */
export { hashPassword, verifyPassword } from 'better-auth/crypto';

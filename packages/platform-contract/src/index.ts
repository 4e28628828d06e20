export * from './capabilities.ts';
export * from './client.ts';
export * from './errors.ts';
export * from './gates.ts';
export * from './requests.ts';
export * from './routes.ts';
export * from './states.ts';
export * from './views.ts';

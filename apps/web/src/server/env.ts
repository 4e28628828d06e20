/** The bindings of the web Worker. */
export interface Env {
  /** The app's own files. */
  readonly ASSETS: Fetcher;
  /** The platform API. */
  readonly CONTROL_PLANE: Fetcher;
  /** Uncached: what is written is read back. */
  readonly REGISTRY: Hyperdrive;
  readonly [setting: string]: unknown;
}

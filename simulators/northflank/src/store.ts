import type { Clock } from '@kiloclaw/simulator-kit/clock';
import { firstIssue } from '@kiloclaw/simulator-kit/first-issue';
import { StateFolder } from '@kiloclaw/simulator-kit/state-folder';
import { advance, type Load, loadOf, mayAdvance } from './advance.ts';
import { type ProjectDocument, projectDocumentSchema } from './documents.ts';
import { conflict, notFound } from './errors.ts';
import type { Settings } from './settings.ts';

const MAX_PROJECTS = 50_000;

/**
 * All projects, in memory and on disk. A change is made on a copy, written to disk, and only then shown: an effect
 * that was answered is never lost, and one whose write failed has not happened.
 * What is on its way carries the wall-clock time at which it is due, so it goes on after a restart.
 */
export class Store {
  readonly #folder: StateFolder;
  readonly #clock: Clock;
  readonly #settings: () => Settings;
  readonly #documents = new Map<string, ProjectDocument>();
  #closed = false;

  /** Loads the folder. Throws one sentence if it cannot be used or a file in it cannot be read. */
  constructor(stateDir: string, clock: Clock, settings: () => Settings) {
    this.#folder = new StateFolder(stateDir);
    this.#clock = clock;
    this.#settings = settings;
    for (const { path, content } of this.#folder.loadAll(MAX_PROJECTS)) {
      const parsed = projectDocumentSchema.safeParse(content);
      if (!parsed.success) {
        throw new Error(`the state file ${path} cannot be read (${firstIssue(parsed.error)}): remove it`);
      }
      this.#documents.set(parsed.data.project.id, parsed.data);
    }
  }

  /** Ids of all projects. */
  projectIds(): string[] {
    return [...this.#documents.keys()];
  }

  /** The project as it is now, or null. Not to be changed by the caller. */
  find(projectId: string): Readonly<ProjectDocument> | null {
    this.#settle(projectId);
    return this.#documents.get(projectId) ?? null;
  }

  /** The project as it is now; 404 if there is none. */
  read(projectId: string): Readonly<ProjectDocument> {
    const document = this.find(projectId);
    if (document === null) throw notFound('Project');
    return document;
  }

  /** Runs `mutate` on a copy and keeps it unless it throws; what it returns is the caller's. 404 if there is no such project. */
  change<Result>(projectId: string, mutate: (draft: ProjectDocument) => Result): Result {
    const draft = structuredClone(this.read(projectId));
    const result = mutate(draft);
    this.#commit(draft);
    return result;
  }

  /** Adds a project. 409 if the simulator is full. */
  add(document: ProjectDocument): void {
    if (this.#documents.size >= MAX_PROJECTS) {
      throw conflict(`This simulator holds ${MAX_PROJECTS} projects at most.`);
    }
    this.#commit(document);
  }

  /** Removes a project with all that is in it. */
  remove(projectId: string): void {
    this.#folder.remove(projectId);
    this.#documents.delete(projectId);
  }

  /** Removes everything. */
  clear(): void {
    for (const id of this.projectIds()) this.remove(id);
  }

  /** What the containers of all projects of a region take up, but for one project. */
  loadElsewhere(region: string, exceptProjectId: string): Load {
    const nowMs = this.#clock.nowMs();
    const load = { vcpu: 0, ramMb: 0 };
    for (const document of this.#documents.values()) {
      if (document.project.region !== region || document.project.id === exceptProjectId) continue;
      const { vcpu, ramMb } = loadOf(document, nowMs);
      load.vcpu += vcpu;
      load.ramMb += ramMb;
    }
    return load;
  }

  /** Nothing is written any more. */
  close(): void {
    this.#closed = true;
  }

  #commit(document: ProjectDocument): void {
    if (this.#closed) throw new Error('the simulator is closed');
    this.#folder.write(document.project.id, document);
    this.#documents.set(document.project.id, document);
  }

  // In a region with an end, what the others are to take up or to give back by now comes first: they may not have
  // been looked at for long.
  #settle(projectId: string): void {
    const region = this.#documents.get(projectId)?.project.region;
    if (region === undefined) return;
    if (region in this.#settings().capacity) {
      for (const { project } of [...this.#documents.values()]) {
        if (project.region === region && project.id !== projectId) this.#settleOne(project.id);
      }
    }
    this.#settleOne(projectId);
  }

  #settleOne(projectId: string): void {
    const document = this.#documents.get(projectId);
    const nowMs = this.#clock.nowMs();
    if (!document || this.#closed || !mayAdvance(document, nowMs)) return;
    const draft = structuredClone(document);
    const changed = advance(draft, {
      nowMs,
      settings: this.#settings(),
      loadElsewhere: () => this.loadElsewhere(draft.project.region, projectId),
    });
    if (changed) this.#commit(draft);
  }
}

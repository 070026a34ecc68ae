/** Reads the settings `guardrail.*`: they are requested from the client, and again when it reports a change. */
import { type Connection, type Disposable, Emitter, type Event, type InitializeParams } from 'vscode-languageserver';
import {
    severityEntries,
    type SeverityByCode,
    type SeverityLevel
} from '../../../language/configuration/severities.js';
import type { Limits } from '../../checker/results/result.js';
import { DEFAULT_LIMITS } from '../../checker/results/default-limits.js';
import { type Log, messageOf } from './log.js';

const SECTION = 'guardrail';
const MOST_WORKERS = 16;
/** The most workers that are chosen by the cores: each may take the memory that is allowed for a claim. */
const MOST_BY_CORES = 3;

/** The smallest values, as in the manifest; the editor marks smaller ones. */
const LEAST = { timeoutSeconds: 1, maxStates: 1_000, maxMemoryMB: 64, workers: 0 };

export interface CheckSettings {
    /** True to check after each change; otherwise a policy is checked when its file is saved, and on command. */
    readonly onType: boolean;
    readonly limits: Limits;
    /** The number of policies that are checked at the same time; 0 to choose it by the cores of the machine. */
    readonly workers: number;
}

/** The settings that select the inlay hints. */
export interface HintSettings {
    /** True to show the tools that a pattern or group selects. */
    readonly tools: boolean;
    /** True to show the labels that a call of a scenario adds and clears. */
    readonly labels: boolean;
    /** True to show the names of unnamed arguments. */
    readonly parameterNames: boolean;
}

export interface Settings extends CheckSettings {
    readonly inlayHints: HintSettings;
    readonly codeLens: {
        /** True to show the number of references to each declaration. */
        readonly references: boolean;
    };
    /** True to read the settings of coding agents, too. */
    readonly agentSettings: boolean;
    /** The severities of messages and findings that no configuration names. */
    readonly severity: { readonly [code: string]: SeverityLevel };
}

export const DEFAULT_SETTINGS: Settings = {
    onType: true,
    limits: DEFAULT_LIMITS,
    workers: 0,
    inlayHints: { tools: true, labels: true, parameterNames: true },
    codeLens: { references: false },
    agentSettings: true,
    severity: {}
};

export class SettingsService implements Disposable {
    private readonly changed = new Emitter<Settings>();
    private settings = DEFAULT_SETTINGS;
    private canAsk = false;
    private loading: Promise<void> = Promise.resolve();

    /** Without a connection the defaults apply. */
    constructor(
        private readonly connection: Connection | undefined,
        private readonly log: Log
    ) {}

    get current(): Settings {
        return this.settings;
    }

    get onDidChange(): Event<Settings> {
        return this.changed.event;
    }

    /** Resolves, and never rejects, once a pending answer has arrived. */
    get ready(): Promise<void> {
        return this.loading;
    }

    initialize(params: InitializeParams): void {
        this.canAsk = params.capabilities.workspace?.configuration === true;
    }

    /** To be called after `initialized`, because a client answers no request earlier. */
    initialized(): void {
        this.reload();
    }

    /** Handles `didChangeConfiguration`: some clients send the values, others only report a change. */
    changedTo(settings: unknown): void {
        if (this.canAsk) {
            this.reload();
        } else if (typeof settings === 'object' && settings !== null && SECTION in settings) {
            this.set(readSettings(settings[SECTION]));
        }
    }

    dispose(): void {
        this.changed.dispose();
    }

    private reload(): void {
        if (this.connection && this.canAsk) {
            const connection = this.connection;
            this.loading = this.loading.then(async () => {
                try {
                    this.set(readSettings(await connection.workspace.getConfiguration(SECTION)));
                } catch (error) {
                    this.log.warn(`The client did not answer for the settings ${SECTION}.*: ${messageOf(error)}`);
                }
            });
        }
    }

    private set(settings: Settings): void {
        if (JSON.stringify(settings) !== JSON.stringify(this.settings)) {
            this.settings = settings;
            this.changed.fire(settings);
        }
    }
}

/** The severities in the editor: its settings apply only to codes that no configuration names. */
export function editorSeverities(configured: SeverityByCode, { severity }: Pick<Settings, 'severity'>): SeverityByCode {
    return new Map([...Object.entries(severity), ...configured]);
}

/** The number of workers. One core is left for the editor; a platform that does not tell its cores has two. */
export function workersOf({ workers }: Pick<CheckSettings, 'workers'>, cores = coresOfPlatform()): number {
    return workers > 0 ? workers : Math.max(1, Math.min(MOST_BY_CORES, cores - 1));
}

function coresOfPlatform(): number {
    const { navigator } = globalThis as { readonly navigator?: { readonly hardwareConcurrency?: number } };
    return navigator?.hardwareConcurrency ?? 2;
}

/** The settings with defaults for values that are absent or out of range, because people type settings by hand. */
export function readSettings(section: unknown): Settings {
    const check = field(section, 'check');
    const onType = field(check, 'onType');
    const number = (name: keyof typeof LEAST): number | undefined => {
        const value = field(check, name);
        return typeof value === 'number' && Number.isFinite(value) && value >= LEAST[name] ? value : undefined;
    };
    const seconds = number('timeoutSeconds');
    const states = number('maxStates');
    const memory = number('maxMemoryMB');
    const workers = number('workers');
    return {
        onType: typeof onType === 'boolean' ? onType : DEFAULT_SETTINGS.onType,
        limits: {
            ...DEFAULT_LIMITS,
            ...(seconds !== undefined && { timeoutMs: Math.round(seconds * 1000) }),
            ...(states !== undefined && { maxStates: Math.floor(states) }),
            ...(memory !== undefined && { maxMemoryMB: Math.floor(memory) })
        },
        workers: workers === undefined ? DEFAULT_SETTINGS.workers : Math.min(Math.floor(workers), MOST_WORKERS),
        inlayHints: switches(field(section, 'inlayHints'), DEFAULT_SETTINGS.inlayHints),
        codeLens: switches(field(section, 'codeLens'), DEFAULT_SETTINGS.codeLens),
        ...switches(
            { agentSettings: field(section, 'agentSettings') },
            { agentSettings: DEFAULT_SETTINGS.agentSettings }
        ),
        severity: Object.fromEntries(severityEntries(field(section, 'severity')))
    };
}

/** Each of `defaults` with its configured value, if that is a boolean. */
function switches<T extends { readonly [name: string]: boolean } | HintSettings>(section: unknown, defaults: T): T {
    const names = Object.keys(defaults);
    const set = names.flatMap((name) => {
        const value = field(section, name);
        return typeof value === 'boolean' ? [[name, value] as const] : [];
    });
    return { ...defaults, ...Object.fromEntries(set) };
}

function field(value: unknown, name: string): unknown {
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

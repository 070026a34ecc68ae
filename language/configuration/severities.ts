/** The severities that configurations give to messages and findings. */
import type { RawConfiguration } from './format.js';

/** The levels, the mildest first. `off` leaves a message out. */
export const SEVERITY_LEVELS = ['off', 'hint', 'information', 'warning', 'error'] as const;
export type SeverityLevel = (typeof SEVERITY_LEVELS)[number];
export type Severity = Exclude<SeverityLevel, 'off'>;
export type SeverityByCode = ReadonlyMap<string, SeverityLevel>;

/** All codes except those of syntax errors, required packs and verdicts. The schema lists the codes one by one. */
const CONFIGURABLE = /^GR(2[0-57-9]|3\d|4\d|5[0-8])\d$/;

/** The severity of a diagnostic of the language server protocol. */
export function severityOf({ severity = 1 }: { readonly severity?: number }): Severity {
    const names: readonly Severity[] = ['error', 'warning', 'information', 'hint'];
    return names[severity - 1] ?? 'error';
}

interface SeveritySettings {
    readonly values: Pick<RawConfiguration, 'severity'>;
}

/**
 * The severities of the nearest configuration that names each code, or stricter ones from the configurations that it extends,
 * which cannot be weakened.
 */
export function severitiesIn(configurations: {
    readonly own: readonly SeveritySettings[];
    readonly given: readonly SeveritySettings[];
}): SeverityByCode {
    const { own, given } = configurations;
    const severities = new Map<string, SeverityLevel>();
    for (const [code, level] of own.flatMap(entriesOf)) {
        if (!severities.has(code)) {
            severities.set(code, level);
        }
    }
    for (const [code, level] of given.flatMap(entriesOf)) {
        severities.set(code, stricter(level, severities.get(code) ?? 'off'));
    }
    return severities;
}

/** The valid entries of an object with levels by code, which a person may have written. */
export function severityEntries(value: unknown): [string, SeverityLevel][] {
    return typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value).filter(
              (entry): entry is [string, SeverityLevel] => CONFIGURABLE.test(entry[0]) && isLevel(entry[1])
          )
        : [];
}

/** True if the first level is milder than the second. */
export function isMilder(level: SeverityLevel, other: SeverityLevel): boolean {
    return SEVERITY_LEVELS.indexOf(level) < SEVERITY_LEVELS.indexOf(other);
}

/**
 * A message with its configured severity; undefined if it is off. An error stays an error: the policy is not valid, or a
 * verdict is wrong, whatever a configuration says.
 */
export function withSeverity<T extends { readonly code: string; readonly severity: Severity }>(
    message: T,
    severities: SeverityByCode
): (T & { readonly defaultSeverity?: Severity }) | undefined {
    const level = message.severity === 'error' ? undefined : severities.get(message.code);
    if (level === undefined || level === message.severity) {
        return message;
    }
    return level === 'off' ? undefined : { ...message, severity: level, defaultSeverity: message.severity };
}

/** Messages or findings with their configured severities, without those that are off. */
export function withSeverities<T extends Parameters<typeof withSeverity>[0]>(
    messages: readonly T[],
    severities: SeverityByCode
): T[] {
    return severities.size === 0
        ? [...messages]
        : messages.flatMap((message) => withSeverity(message, severities) ?? []);
}

function entriesOf({ values }: SeveritySettings): [string, SeverityLevel][] {
    return severityEntries(values.severity);
}

function stricter(level: SeverityLevel, other: SeverityLevel): SeverityLevel {
    return isMilder(level, other) ? other : level;
}

function isLevel(value: unknown): value is SeverityLevel {
    return SEVERITY_LEVELS.some((level) => level === value);
}

/** The report of a comparison, for people and for programs. */
import { counted, plural } from '../../model/text/plural.js';
import type {
    Difference,
    DifferenceResult,
    DifferenceWord,
    SideDecision,
    StatementChange
} from '../../checker/difference/index.js';
import type { ClaimResult } from '../../checker/results/result.js';
import { wordOf } from '../../checker/results/verdict-words.js';
import type { ExitCode } from '../../workspace/errors.js';
import type { FileReport } from './check-report.js';
import { type Block, type Entry, group, note, type Text, withCode } from './document.js';
import type { Tone } from '../terminal/style.js';
import { messageList } from './file-blocks.js';
import { fileData, jsonText, withPlaces } from './json.js';
import { duration } from '../terminal/layout.js';
import type { ConfigurationChange } from '../packages/configuration-changes.js';
import { packageText, type UsedPackage } from '../../workspace/used-package.js';
import { toolText } from '../../model/text/typed-text.js';

export const DIFFERENCE_FORMAT = 'guardrail-difference/1';

/** The files of one side, the policy first, with the digests of their texts in UTF-8. */
export interface ReadFiles {
    /** The digest of the files as `sha256sum` lists them in the folder of the policy. */
    readonly sha256: string;
    readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

export interface DifferenceReport {
    /** The version of the tool. */
    readonly version: string;
    /** The display path of the old policy. */
    readonly old: string;
    readonly new: string;
    /** The files of both policies, including imported ones. */
    readonly files: readonly FileReport[];
    /** The files that each side has read; undefined if they were not compared. */
    readonly read?: { readonly old: ReadFiles; readonly new: ReadFiles };
    /** The packages that each policy imports; undefined if neither imports any. */
    readonly packages?: { readonly old: readonly UsedPackage[]; readonly new: readonly UsedPackage[] };
    /** The changes of the configurations, with the package that gives it or the name of the file; undefined if there are none. */
    readonly configuration?: readonly (ConfigurationChange & { readonly package: string })[];
    /** The changes of statements; undefined if there are none. */
    readonly changes?: readonly StatementChange[];
    /** Undefined if a text has errors, or if the packages of a revision are unknown. */
    readonly result?: DifferenceResult;
    /** The packages that may differ from those of the revision, so that the result is undecided. */
    readonly unknownPackages?: readonly string[];
    readonly exitCode: ExitCode;
    readonly milliseconds: number;
}

/**
 * @param pathOf turns the URI of a file into its path relative to the working directory, with forward slashes; if it is
 * undefined, places are those of the checker, by URI, and the files are left out
 */
export function jsonDifference(report: DifferenceReport, pathOf?: (uri: string) => string): string {
    return jsonText(DIFFERENCE_FORMAT, report, {
        old: report.old,
        new: report.new,
        ...(report.read && { read: report.read }),
        ...(report.packages && { packages: report.packages }),
        ...(report.configuration && { configuration: report.configuration }),
        ...(report.changes && { changes: pathOf ? withPlaces(report.changes, pathOf) : report.changes }),
        ...(pathOf && { files: report.files.map((file) => fileData(file, pathOf)) }),
        ...(report.result && { result: pathOf ? withPlaces(report.result, pathOf) : report.result }),
        ...(report.unknownPackages && { unknownPackages: report.unknownPackages })
    });
}

/** @param detail a `brief` report is printed in a terminal, and a `comment` is for reviewers */
export function differenceBlocks(report: DifferenceReport, detail: 'brief' | 'comment', arrow: string): Block[] {
    const { result, unknownPackages, files } = report;
    const between = [{ code: report.old }, ` ${arrow} `, { code: report.new }];
    if (unknownPackages) {
        const undecided = verdictNote('undecided', packagesText(unknownPackages));
        return [{ kind: 'title', text: UNDECIDED }, { kind: 'note', text: between, look: 'strong' }, group(undecided)];
    }
    if (!result) {
        const broken = detail === 'comment' ? files.filter(({ diagnostics }) => diagnostics.length > 0) : [];
        return [
            { kind: 'title', text: '❌ Guardrail could not compare the policies' },
            {
                kind: 'note',
                label: { tone: 'unsure' },
                text: [...between, ' were not compared: there are errors in them']
            },
            ...broken.flatMap(({ path, diagnostics }): Block[] => [
                { kind: 'heading', text: path },
                messageList(diagnostics)
            ])
        ];
    }
    const { basis, differences, explanation, verdict } = result;
    const rests = [
        ...(differences.length > 0 ? [counted(differences.length, 'session')] : []),
        counted(basis.states, 'state'),
        duration(basis.milliseconds)
    ].join(' · ');
    const notes = notesOf(result).map((text) => group({ kind: 'note', label: { tone: 'info' }, text }));
    return [
        { kind: 'title', text: titleOf(result, report) },
        { kind: 'text', text: between, look: 'strong' },
        group(
            verdictNote(verdict, detail === 'comment' ? explanation.replaceAll('->', arrow) : explanation),
            note(rests, 'soft'),
            ...aboutPackages(report, arrow).map((text) => note(withCode(text)))
        ),
        // A reviewer first needs to see if the change lets more through.
        ...[...differences]
            .sort((a, b) => (detail === 'comment' ? Number(isWeaker(b)) - Number(isWeaker(a)) : 0))
            .map((one) => differenceEntry(one, report, detail, arrow)),
        ...changeBlocks(report.changes ?? []),
        ...notes,
        ...(detail === 'comment' && report.read ? [readBlock(report.version, report.read)] : [])
    ];
}

/** True for a change of what a check proves, tests or accepts: no session shows it. */
export function isAboutProof({ what }: StatementChange): boolean {
    return what === 'claim' || what === 'exception' || what === 'scenario' || what === 'assumption';
}

function changeBlocks(changes: readonly StatementChange[]): Block[] {
    return changes.length === 0
        ? []
        : [{ kind: 'heading', text: 'Statements' }, ...changes.map((change) => changeBlock(change))];
}

/** True for a rule that is gone, if a session does what it stopped. */
export function isShownToOpen({ what, result }: StatementChange): boolean {
    return what === 'rule' && result?.verdict === 'violated';
}

function changeBlock(change: StatementChange): Block {
    const { what, effect, text, result } = change;
    const isBad = (isAboutProof(change) && effect !== 'stricter') || isShownToOpen(change);
    const isUnsure = what === 'rule' && result !== undefined && result.verdict !== 'holds';
    const tone = isBad ? 'warn' : isUnsure ? 'unsure' : 'info';
    const verdict = result && ` (${what === 'rule' ? stoppedText(result) : `under the new rules: ${wordOf(result)}`})`;
    return {
        kind: 'entry',
        label: { tone, word: effect },
        title: withCode(`${text}${verdict ?? ''}.`),
        isOpen: isBad || isUnsure,
        blocks: result?.trace
            ? [{ kind: 'session', trace: result.trace, of: result.name }]
            : result && result.verdict !== 'holds'
              ? [note(result.explanation)]
              : []
    };
}

function stoppedText({ verdict }: ClaimResult): string {
    switch (verdict) {
        case 'violated':
            return 'under the new rules a session does what it stopped';
        case 'holds':
            return 'under the new rules no session does what it stopped';
        default:
            return 'not decided whether a session does what it stopped';
    }
}

/** The result is about these texts: a reviewer, or a program that merges, can compare the digests. */
function readBlock(version: string, read: NonNullable<DifferenceReport['read']>): Block {
    const side = (name: string, { sha256, files }: ReadFiles): Text => [
        `${name}, ${counted(files.length, 'file')}: `,
        { code: `sha256:${sha256}` }
    ];
    return note([`Guardrail ${version} read `, ...side('old', read.old), '; ', ...side('new', read.new)]);
}

const UNDECIDED = '❔ Guardrail could not decide whether the policies differ';

const TONES: { readonly [verdict in DifferenceWord]: Tone } = {
    equivalent: 'good',
    'equivalent in scope': 'unsure',
    undecided: 'unsure',
    differs: 'bad'
};

function verdictNote(verdict: DifferenceWord, text: string): Block {
    return { kind: 'note', label: { tone: TONES[verdict], word: verdict }, text };
}

function titleOf({ verdict, differences, apart, incomplete }: DifferenceResult, report: DifferenceReport): string {
    const isLooser = [...(report.changes ?? []).filter(isAboutProof), ...(report.configuration ?? [])].some(
        ({ effect }) => effect !== 'stricter'
    );
    const letsMore = differences.some(isWeaker) || (report.changes ?? []).some(isShownToOpen);
    if (letsMore) {
        return '⚠️ The change lets more through';
    }
    if (isLooser) {
        return '⚠️ The change claims, tests or requires less';
    }
    switch (verdict) {
        case 'equivalent in scope':
            return '❔ No difference was found, but not everything was compared';
        case 'equivalent':
            return apart.length > 0
                ? 'ℹ️ The policies make the same decisions about everything that both of them have'
                : '✅ The change decides nothing differently';
        case 'undecided':
            return UNDECIDED;
        case 'differs':
            return incomplete.length > 0
                ? '⚠️ The change decides differently, and not everything was compared'
                : '🔒 The change stops or holds more';
    }
}

/** True if the new decision is weaker: allowed is weaker than held, and held is weaker than denied. */
function isWeaker({ old, new: young }: Difference): boolean {
    const order = ['denied', 'held', 'allowed'];
    return order.indexOf(young.decision) > order.indexOf(old.decision);
}

function differenceEntry(
    difference: Difference,
    report: DifferenceReport,
    detail: 'brief' | 'comment',
    arrow: string
): Entry {
    const tone = detail === 'brief' ? 'none' : isWeaker(difference) ? 'warn' : 'info';
    const { change, tool, trace } = difference;
    const side = (path: string, { text, rules }: SideDecision): Block[] => [
        note([{ code: path }, `: ${text}`]),
        ...rules.map((rule): Block => ({ kind: 'rule', rule }))
    ];
    return {
        kind: 'entry',
        label: { tone, word: change.replace('->', arrow) },
        title: [{ code: toolText(tool) }],
        isOpen: isWeaker(difference),
        blocks: [
            ...side(report.old, difference.old),
            ...side(report.new, difference.new),
            { kind: 'session', trace, of: tool, judged: 'the two decide this step differently' }
        ]
    };
}

/** The packages of both sides with their versions, and the changes of their configurations, in sentences. */
function aboutPackages({ packages, configuration = [] }: DifferenceReport, arrow: string): string[] {
    const [before, after] = [packages?.old ?? [], packages?.new ?? []].map((all) => all.map(packageText).join(', '));
    return [
        ...(packages
            ? [`Packages: ${before === after ? before : `${before || 'none'} ${arrow} ${after || 'none'}`}.`]
            : []),
        ...configuration.map(({ package: name, effect, text }) => `${name} ${EFFECTS[effect]}: ${text}`)
    ];
}

const EFFECTS: { readonly [effect in ConfigurationChange['effect']]: string } = {
    looser: 'requires less',
    stricter: 'requires more',
    otherwise: 'requires something else'
};

/** The reason why packages leave a comparison undecided, and what to do. */
function packagesText(names: readonly string[]): string {
    return `The installed ${plural(names.length, 'package', 'packages')} ${names.join(', ')} may differ from the version that the revision had: its lock file has another version, or none. Read the packages of the revision with --packages-of.`;
}

/** The elements that only one of the policies has, and those that were not compared. */
function notesOf({ apart, incomplete }: DifferenceResult): string[] {
    return [...new Set([...apart.map(({ text }) => text), ...incomplete])];
}

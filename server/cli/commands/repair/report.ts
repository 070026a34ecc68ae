/** The reports of searches for other rules, for people and for programs. */
import { wordOf } from '../../../checker/results/verdict-words.js';
import { counted } from '../../../model/text/plural.js';
import type { Repair, RepairResult, TuneResult } from '../../../repair/index.js';
import type { ExitCode } from '../../../workspace/errors.js';
import type { FileReport } from '../../reports/check-report.js';
import { type Block, group, note } from '../../reports/document.js';
import { fileData, jsonText, withPlaces } from '../../reports/json.js';
import { duration } from '../../terminal/layout.js';

export interface RepairReport {
    /** The version of the tool. */
    readonly version: string;
    /** The policy and its imports. */
    readonly files: readonly FileReport[];
    /** The repairs of each broken claim; undefined if the text has errors. */
    readonly repairs?: readonly RepairResult[];
    /** The names of the undecided claims. */
    readonly undecided: readonly string[];
    readonly exitCode: ExitCode;
    readonly milliseconds: number;
}

/** `pathOf` turns the URI of a file into its path relative to the working directory, with forward slashes. */
export function jsonRepairs(report: RepairReport, pathOf: (uri: string) => string): string {
    return jsonText('guardrail-repair/1', report, {
        path: report.files[0]!.path,
        files: report.files.map((file) => fileData(file, pathOf)),
        ...(report.repairs && { claims: withPlaces(report.repairs, pathOf), undecided: report.undecided })
    });
}

/** @param arrow what stands between the decisions before and after */
export function repairBlocks({ files, repairs, undecided, milliseconds }: RepairReport, arrow: string): Block[] {
    const { path } = files[0]!;
    if (!repairs) {
        return [{ kind: 'note', label: { tone: 'unsure' }, text: `${path} was not repaired: there are errors in it` }];
    }
    const open = undecided.map((claim): Block => ({
        kind: 'note',
        label: { tone: 'unsure', word: 'undecided' },
        text: claim
    }));
    if (repairs.length > 0) {
        const total = `${counted(repairs.length, 'broken claim')} in ${duration(milliseconds)}`;
        return [
            ...repairs.map((one) => repairedClaim(one, arrow)),
            ...open,
            { kind: 'text', text: total, look: 'soft' }
        ];
    }
    return open.length > 0
        ? [
              ...open,
              group(
                  note(
                      `${path}: no claim is known to be violated. --max-states, --max-memory and --timeout let the check go further.`
                  )
              )
          ]
        : [{ kind: 'note', label: { tone: 'good' }, text: `${path}: no session breaks a claim` }];
}

function repairedClaim({ claim, source, verdict, repairs, reason }: RepairResult, arrow: string): Block {
    const broken = { verdict, acrossSessions: { verdict: 'violated' } } as const;
    return {
        kind: 'entry',
        label: { tone: verdict === 'violated' ? 'bad' : 'partial', word: wordOf(broken) },
        title: claim,
        blocks: [
            note([{ place: source }], 'soft'),
            ...repairs.flatMap((repair, index) => numbered(index + 1, repair.text, notesOf(repair, arrow))),
            ...(reason === undefined ? [] : [note(reason)])
        ]
    };
}

function notesOf(repair: Repair, arrow: string): string[] {
    const { changes, isComplete } = repair;
    return [
        changes.length === 0
            ? isComplete
                ? 'it decides nothing differently'
                : 'it is not known which decisions change'
            : `${changes.join('; ').replaceAll('->', arrow)}${isComplete ? '' : ', and perhaps more'}`,
        ...(repair.word === 'holds' ? [] : [repair.word]),
        ...repair.lost.map((text) => `it takes something away: ${text}`),
        ...repair.perhapsLost.map((text) => `it may take something away: perhaps ${text}`),
        ...repair.alsoRepairs.map((claim) => `"${claim}" comes out better, too`),
        ...repair.contradicts.map(
            (name) => `the scenario "${name}" shows what the claim forbids: it has to change too`
        ),
        ...repair.scopes.map((scope) => `only within: ${scope}`)
    ];
}

/** A change of the rules, with its number and what is to say about it. */
function numbered(number: number, text: string, about: readonly string[]): Block[] {
    return [
        { kind: 'note', label: { tone: 'none', word: `${number}.` }, text, look: 'strong' },
        group(...about.map((one) => note(one, 'soft')))
    ];
}

export interface TuneReport {
    /** The version of the tool. */
    readonly version: string;
    /** The path of the policy, as shown to people. */
    readonly path: string;
    /** True if there is a log of attacks, so that the calls that were let through were counted. */
    readonly hasAttacks: boolean;
    /** Undefined if the original policy already has a problem. */
    readonly tuned: TuneResult | undefined;
    /** The names of claims that do not hold, and of scenarios that fail. */
    readonly wrong: readonly string[];
    /** The paths of the files that were written, for each point except the first. */
    readonly written: readonly string[];
    readonly exitCode: ExitCode;
}

export function jsonTuned({ version, path, hasAttacks, tuned, wrong, written, exitCode }: TuneReport): string {
    return jsonText(
        'guardrail-tune/1',
        { version, exitCode },
        {
            path,
            ...(tuned && {
                tried: tuned.tried,
                isCut: tuned.isCut,
                kept: tuned.kept,
                points: tuned.points.map(({ letThrough, ...point }, at) => ({
                    ...point,
                    ...(hasAttacks && { letThrough }),
                    ...(at > 0 && written[at - 1] !== undefined && { file: written[at - 1] })
                }))
            }),
            ...(wrong.length > 0 && { wrong })
        }
    );
}

export function tuneBlocks({ path, hasAttacks, tuned, wrong, written }: TuneReport): Block[] {
    if (!tuned) {
        const text = `${path} was not tuned: these do not hold or fail, so repair them first`;
        return [{ kind: 'note', label: { tone: 'bad' }, text }, group(...wrong.map((name) => note(name)))];
    }
    const { points, kept, tried, isCut } = tuned;
    const curve = points.flatMap(({ change = 'the policy as it is', ...point }, at): Block[] => {
        const before = points[at - 1];
        const isNew = (name: string, known: readonly string[] = []): boolean => !known.includes(name);
        const cost = [
            counted(point.approvals, 'approval'),
            counted(point.denials, 'denial'),
            `${point.quiet} of ${point.sessions} sessions without`,
            ...(hasAttacks ? [`${point.letThrough} more calls of attacks let through`] : [])
        ].join(', ');
        return [
            ...(at === kept ? [note('with exceptions in claims', 'strong')] : []),
            ...numbered(at, change, [
                cost,
                ...point.excepted
                    .filter((name) => isNew(name, before?.excepted))
                    .map((name) => `exception in "${name}"`),
                ...point.failing
                    .filter((name) => isNew(name, before?.failing))
                    .map((name) => `the scenario "${name}" fails now`),
                ...written.slice(Math.max(0, at - 1), at)
            ])
        ];
    });
    return [
        { kind: 'heading', text: `${path}: ${counted(points[0]!.sessions, 'honest session')}` },
        group(...curve),
        note(`${counted(tried, 'change')} tried${isCut ? '; the time ended the search' : ''}`, 'soft')
    ];
}

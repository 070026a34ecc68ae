/** Everything that is to be said about the settings of one client, except the sessions that they let through. */
import { counted } from '../model/text/plural.js';
import { regexProblem, triviality } from '../../language/text/text-patterns.js';
import { coveredRules } from './overlaps.js';
import { commandSource, pathSource } from './patterns.js';
import { notUnderstood, saysOther } from './problems.js';
import { OPTION_BEFORE_SUBCOMMAND, RUNS_OTHERS, whatAllows } from './programs.js';
import type {
    Action,
    Calls,
    Client,
    OtherDecision,
    Reading,
    SettingsFile,
    SettingsProblem,
    SettingsRule
} from './settings.js';

export interface Audit {
    readonly reading: Reading;
    /** In the order of the files and their texts. */
    readonly problems: readonly SettingsProblem[];
}

export function auditSettings(client: Client, files: readonly SettingsFile[]): Audit {
    const read = client.read(files);
    const unread: SettingsProblem[] = [];
    const rules = read.rules.map((rule) => understood(client, rule, unread));
    const isHeldBack = rules.some(({ action, calls }) => action !== 'allow' && calls.kind === 'commands');
    const inside = (rule: SettingsRule): OtherDecision | undefined => (isHeldBack ? insideRule(rule) : undefined);
    const others = [...read.others, ...rules.flatMap((rule) => wideRule(rule) ?? inside(rule) ?? [])];
    const found = [
        ...files.flatMap((file) => counts(client, rules, file)),
        ...read.others.map(({ place, text }): SettingsProblem => ({
            code: 'GR707',
            level: 'information',
            place,
            message: `The rules alone do not decide: ${text}.`
        })),
        ...read.problems,
        ...unread,
        ...coveredRules(rules),
        ...rules.flatMap((rule) => {
            const wide = wideRule(rule);
            return wide ? allowsMore(wide) : (evadedRule(rule) ?? []);
        })
    ];
    const order = new Map(files.map(({ path }, index) => [path, index]));
    const problems = found.sort(
        (a, b) => order.get(a.place.path)! - order.get(b.place.path)! || a.place.start - b.place.start
    );
    return { reading: { ...read, rules, others }, problems };
}

/** The rule, or one of which nothing is known if the language of policies cannot express it. */
function understood(client: Client, rule: SettingsRule, problems: SettingsProblem[]): SettingsRule {
    const why = beyondLanguage(rule.calls);
    if (why === undefined) {
        return rule;
    }
    problems.push(notUnderstood(client, rule.place, why));
    const tools = rule.calls.kind === 'commands' ? [client.tools.shell] : rule.calls.tools;
    return { ...rule, calls: { kind: 'unknown', tools, why } };
}

/** Why a policy cannot say which calls these are, as a clause; undefined if it can. */
function beyondLanguage(calls: Calls): string | undefined {
    switch (calls.kind) {
        case 'commands':
            return patternProblem(commandSource(calls.command));
        case 'paths':
            return /^[\w ./*@-]+$/.test(calls.paths.glob) ? undefined : patternProblem(pathSource(calls.paths, '/'));
        case 'hosts':
            return calls.hosts.every((host) => /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(host))
                ? undefined
                : 'it names no host';
        case 'value':
            // eslint-disable-next-line no-control-regex
            return /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/.test(calls.value)
                ? 'it has characters that no parameter has'
                : undefined;
        case 'tools':
        case 'unknown':
            return undefined;
    }
}

function patternProblem(source: string): string | undefined {
    if (/^(?:[\w ,./:=@-]|\\[.*+?^${}()|[\]\\/]|\.\*)+(?:\(\?: \.\*\)\?|\(\?:\[\\s"\]\.\*\)\?)?$/.test(source)) {
        // Most rules are words and a star, about which an automaton says nothing new.
        return undefined;
    }
    if (source === '' || regexProblem(`/${source}/`) !== undefined) {
        return 'its pattern is not one of a policy';
    }
    return triviality({ regex: source, ignoreCase: false }) === 'none' ? 'its pattern matches nothing' : undefined;
}

function counts({ title, version }: Client, rules: readonly SettingsRule[], { path }: SettingsFile): SettingsProblem[] {
    const compared =
        version === undefined ? 'From its documentation: it was not run.' : `As version ${version} reads it.`;
    const own = rules.filter(({ place }) => place.path === path);
    const of = (action: Action): number => own.filter((rule) => rule.action === action).length;
    const said = (['allow', 'ask', 'deny'] as const).map((action) => `${of(action)} ${action}`).join(' · ');
    return own.length === 0
        ? []
        : [
              {
                  code: 'GR700',
                  level: 'information',
                  place: { path, start: 0, end: 1 },
                  message: `${title} consults ${counted(own.length, 'rule')} of this file: ${said}. ${compared}`
              }
          ];
}

/** An `allow` for every command of a program that may do what other rules deny. */
function wideRule({ action, calls, place }: SettingsRule): OtherDecision | undefined {
    const program = action === 'allow' && calls.kind === 'commands' ? wholeProgram(calls.command) : undefined;
    const text = program === undefined ? undefined : whatAllows(program);
    return text === undefined ? undefined : { place, text, mayAllow: 'commands' };
}

/**
 * An `allow` for commands that run others, which the conditions of a policy see inside of and clients do not: what a rule
 * of the client holds back may run inside them.
 */
function insideRule({ action, calls, place }: SettingsRule): OtherDecision | undefined {
    if (action !== 'allow' || calls.kind !== 'commands') {
        return undefined;
    }
    const inside = runsInside(commandSource(calls.command));
    return inside === undefined
        ? undefined
        : { place, text: `clients do not look for commands inside ${inside}`, mayAllow: 'commands' };
}

/** The command of the pattern that may run others, in words; undefined if it runs none. */
function runsInside(source: string): string | undefined {
    const [, program, next] = /^([\w-]+)(?: ([\w-]*))?/.exec(source) ?? [];
    if (program === undefined || /^[\w-]+[.*?+(|[]/.test(source.replace(/\(\?: \.\*\)\?$/, ''))) {
        return 'commands of any name';
    }
    const hasSubcommand = next !== undefined && /^\w/.test(next);
    const isRunning =
        RUNS_OTHERS.includes(program) || (Object.hasOwn(OPTION_BEFORE_SUBCOMMAND, program) && !hasSubcommand);
    return isRunning ? `\`${program}\`` : undefined;
}

function allowsMore({ place, text }: OtherDecision): SettingsProblem {
    return { code: 'GR705', level: 'warning', place, message: `This rule allows more than it seems to: ${text}.` };
}

type Command = Extract<SettingsRule['calls'], { kind: 'commands' }>['command'];

/** The program, if the pattern matches it with any arguments. */
function wholeProgram(command: Command): string | undefined {
    if (command.kind === 'words') {
        return command.words.length === 1 ? command.words[0]![0] : undefined;
    }
    return command.kind === 'regex' ? /^([\w-]+)(?:\.\*|\(\?: \.\*\)\?| \.\*)$/.exec(command.source)?.[1] : undefined;
}

/** A rule that holds back a subcommand, which an option before the subcommand evades. */
function evadedRule({ action, calls, place }: SettingsRule): SettingsProblem | undefined {
    if (action === 'allow' || calls.kind !== 'commands') {
        return undefined;
    }
    const [program, subcommand] = firstWords(calls.command) ?? [];
    const option =
        program !== undefined && Object.hasOwn(OPTION_BEFORE_SUBCOMMAND, program)
            ? OPTION_BEFORE_SUBCOMMAND[program]
            : undefined;
    return option === undefined || subcommand === undefined
        ? undefined
        : saysOther(place, `it does not match \`${program} ${option} ${subcommand}\``);
}

/** The first two words that every command of the pattern begins with. */
function firstWords(command: Command): readonly [string, string] | undefined {
    if (command.kind === 'words') {
        const [program, subcommand] = command.words;
        return program?.length === 1 && subcommand ? [program[0]!, subcommand[0]!] : undefined;
    }
    const found =
        command.kind === 'regex'
            ? /^([\w-]+) ([a-z][\w-]*)(?: \.\*|\.\*|\(\?: \.\*\)\?)$/.exec(command.source)
            : undefined;
    return found ? [found[1]!, found[2]!] : undefined;
}

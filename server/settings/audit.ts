/** Everything that is to be said about the settings of one client, except the sessions that they let through. */
import { counted } from '../model/text/plural.js';
import { coveredRules } from './overlaps.js';
import { saysOther } from './problems.js';
import { OPTION_BEFORE_SUBCOMMAND, whatAllows } from './programs.js';
import type { Action, Client, Reading, SettingsFile, SettingsProblem, SettingsRule } from './settings.js';

export interface Audit {
    readonly reading: Reading;
    /** In the order of the files and their texts. */
    readonly problems: readonly SettingsProblem[];
}

export function auditSettings(client: Client, files: readonly SettingsFile[]): Audit {
    const reading = client.read(files);
    const found = [
        ...files.flatMap((file) => counts(client, reading, file)),
        ...reading.assumptions.map(({ place, text }): SettingsProblem => ({
            code: 'GR707',
            level: 'information',
            place,
            message: `Not counted on: ${text}.`
        })),
        ...reading.problems,
        ...coveredRules(reading.rules),
        ...reading.rules.flatMap((rule) => wideRule(rule) ?? evadedRule(rule) ?? [])
    ];
    const order = new Map(files.map(({ path }, index) => [path, index]));
    const problems = found.sort(
        (a, b) => order.get(a.place.path)! - order.get(b.place.path)! || a.place.start - b.place.start
    );
    return { reading, problems };
}

function counts({ title, version }: Client, { rules }: Reading, { path }: SettingsFile): SettingsProblem[] {
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
                  message: `${title} consults ${counted(own.length, 'rule')} of this file: ${said}. (Compared with ${version}.)`
              }
          ];
}

/** An `allow` for every command of a program that does more than its name says. */
function wideRule({ action, calls, place }: SettingsRule): SettingsProblem | undefined {
    const program = action === 'allow' && calls.kind === 'commands' ? wholeProgram(calls.command) : undefined;
    const why = program === undefined ? undefined : whatAllows(program);
    return why === undefined
        ? undefined
        : { code: 'GR705', level: 'warning', place, message: `This rule allows more than it seems to: ${why}.` };
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

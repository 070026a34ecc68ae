/** The rules of Codex: calls of `prefix_rule` in Starlark, tried on the words of each command. */
import { type Literal, type LiteralCall, readStarlark } from '../starlark.js';
import type { Action, Client, Place, SettingsFile, SettingsProblem, SettingsRule } from '../settings.js';
import { doesNotLoad, notUnderstood, onOneLine } from '../problems.js';
import { wordsOf } from '../words.js';

const ACTIONS: { readonly [decision: string]: Action } = { allow: 'allow', prompt: 'ask', forbidden: 'deny' };

/** The parameters of each function that rules may call, in order. */
const FUNCTIONS: { readonly [name: string]: readonly string[] } = {
    prefix_rule: ['pattern', 'decision', 'match', 'not_match', 'justification'],
    host_executable: ['name', 'paths'],
    network_rule: ['host', 'protocol', 'decision', 'justification']
};

export const codex: Client = {
    name: 'codex',
    title: 'Codex',
    version: '0.171.0',
    files: { project: ['.codex/rules/*.rules'], home: ['.codex/rules/*.rules'] },
    settings: ['.codex'],
    tools: {
        more: { web_search: 'tool web_search(query: string) readonly external' },
        shell: 'Bash',
        unruled: 'Codex runs it in its sandbox, or asks',
        unwraps: [],
        reads: {},
        changes: {},
        urls: {},
        strangers: ['web_search'],
        asks: ['Bash']
    },
    read: (files) => {
        const read = files.map(readFile);
        const problems = read.flatMap((file) => file.problems);
        // One file with an error keeps Codex from using the rules of any.
        const isLoaded = !problems.some(({ level }) => level === 'error');
        const rules = isLoaded ? read.flatMap((file) => file.rules) : [];
        const others = rules.slice(0, 1).map(({ place }) => ({
            place: { path: place.path, start: 0, end: 1 },
            text: 'a command that no rule is about runs in the sandbox without a question',
            mayAllow: 'commands' as const
        }));
        return { rules, problems, others };
    }
};

interface ReadFile {
    readonly rules: readonly SettingsRule[];
    readonly problems: readonly SettingsProblem[];
}

function readFile({ path, text }: SettingsFile): ReadFile {
    const { calls, computed, errors } = readStarlark(text);
    const placeOf = ({ start, end }: { start: number; end: number }): Place => ({ path, start, end });
    if (errors.length > 0) {
        return { rules: [], problems: [doesNotLoad(codex, placeOf(errors[0]!), 'this is not Starlark')] };
    }
    const problems: SettingsProblem[] = computed.map((statement) =>
        notUnderstood(codex, placeOf(statement), 'its rules are computed by a program')
    );
    const rules: SettingsRule[] = [];
    for (const call of calls) {
        try {
            const rule = ruleOf(call, placeOf(call), text);
            if (rule) {
                rules.push(rule);
            }
        } catch (error) {
            if (!(error instanceof Refused)) {
                throw error;
            }
            problems.push(doesNotLoad(codex, placeOf(error.literal ?? call), error.message));
        }
    }
    return { rules, problems };
}

/** What Codex refuses, and with it the file. */
class Refused extends Error {
    constructor(
        message: string,
        readonly literal?: Literal
    ) {
        super(message);
    }
}

/** Undefined for a call that decides nothing about a command. */
function ruleOf(call: LiteralCall, place: Place, text: string): SettingsRule | undefined {
    const args = argumentsOf(call);
    if (call.name !== 'prefix_rule') {
        return undefined;
    }
    const pattern = args.get('pattern');
    if (!pattern) {
        throw new Refused('`pattern` is missing');
    }
    const words = patternOf(pattern);
    const action = actionOf(args.get('decision'));
    const justification = args.get('justification');
    if (justification?.kind === 'text' && justification.value.trim() === '') {
        throw new Refused('`justification` is empty', justification);
    }
    assertExamples(args.get('match'), words, true);
    assertExamples(args.get('not_match'), words, false);
    return {
        action,
        text: onOneLine(text.slice(pattern.start, pattern.end)),
        place,
        calls: { kind: 'commands', command: { kind: 'words', words } },
        rank: 0
    };
}

function argumentsOf({ name, unnamed, named }: LiteralCall): ReadonlyMap<string, Literal> {
    const parameters = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name]! : undefined;
    if (!parameters) {
        throw new Refused(`there is no function \`${name}\``);
    }
    const args = new Map(named);
    if (unnamed.length > parameters.length) {
        throw new Refused(`\`${name}\` has at most ${parameters.length} arguments`);
    }
    unnamed.forEach((value, index) => args.set(parameters[index]!, value));
    for (const [given, value] of args) {
        if (!parameters.includes(given)) {
            throw new Refused(`\`${name}\` has no parameter \`${given}\``, value);
        }
    }
    return args;
}

function actionOf(decision: Literal | undefined): Action {
    if (!decision) {
        return 'allow';
    }
    const action =
        decision.kind === 'text' && Object.hasOwn(ACTIONS, decision.value) ? ACTIONS[decision.value] : undefined;
    if (!action) {
        throw new Refused('a decision is "allow", "prompt" or "forbidden"', decision);
    }
    return action;
}

function patternOf(pattern: Literal): readonly (readonly string[])[] {
    if (pattern.kind !== 'list') {
        throw new Refused('`pattern` is a list of words', pattern);
    }
    if (pattern.items.length === 0) {
        throw new Refused('`pattern` is empty', pattern);
    }
    return pattern.items.map((item) => {
        const alternatives = item.kind === 'list' ? item.items : [item];
        if (alternatives.length === 0) {
            throw new Refused('a list of alternatives is empty', item);
        }
        return alternatives.map((word) => {
            if (word.kind !== 'text') {
                throw new Refused('a word of a pattern is a text', word);
            }
            return word.value;
        });
    });
}

/** Codex loads no file in which an example of a rule contradicts it. */
function assertExamples(examples: Literal | undefined, words: readonly (readonly string[])[], isMatch: boolean): void {
    for (const example of examples?.kind === 'list' ? examples.items : []) {
        const tokens = tokensOf(example);
        if (!tokens || tokens.length === 0) {
            throw new Refused('an example is a command, as a text or a list of words', example);
        }
        const matches = words.every((alternatives, index) => alternatives.includes(tokens[index] ?? '\0'));
        if (matches !== isMatch) {
            const said = isMatch ? 'does not match' : 'matches';
            throw new Refused(
                `the example \`${tokens.join(' ')}\` ${said} its rule, because words compare as a whole`,
                example
            );
        }
    }
}

function tokensOf(example: Literal): readonly string[] | undefined {
    if (example.kind === 'text') {
        return wordsOf(example.value);
    }
    if (example.kind === 'list' && example.items.every((item) => item.kind === 'text')) {
        return example.items.map((item) => (item.kind === 'text' ? item.value : ''));
    }
    return undefined;
}

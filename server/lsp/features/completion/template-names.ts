/** Puts the names of a policy in the place of the examples in templates. */
import * as ast from '../../../../language/generated/ast.js';
import type { Inventory } from '../../../../language/names/inventory.js';
import { assumes, grants } from '../../../../language/packs/pack.js';
import { namedElements } from '../../../../language/names/visible.js';
import { nameText, toolText } from '../../../model/text/typed-text.js';
import { sampleOf } from '../../../../language/types/samples.js';
import { escapeSnippet } from './items.js';
import type { StatementSnippet } from './templates.js';

/** The names that a template can use, as they are written. */
export interface TemplateNames {
    readonly tools: readonly ToolName[];
    readonly agents: readonly string[];
    readonly humans: readonly string[];
    readonly roles: readonly string[];
    readonly labels: readonly string[];
    readonly servers: readonly string[];
    readonly modes: readonly string[];
    readonly events: readonly string[];
    readonly packs: readonly PackName[];
    readonly hasTimezone: boolean;
}

interface ToolName {
    readonly text: string;
    readonly params: readonly ast.DefinitionParam[];
    readonly returns: readonly ast.Param[];
    /** The traits, and `reads` if the tool reads a label. */
    readonly marks: ReadonlySet<string>;
}

interface PackName {
    readonly text: string;
    readonly pack: ast.Pack;
}

/** The names that the file can use outside of packs. */
export function namesOf(inventory: Inventory): TemplateNames {
    const named = namedElements(inventory);
    const texts = (is: (node: unknown) => boolean, rule: 'Name' | 'StrictName'): string[] =>
        named.filter(({ element, name }) => name && is(element)).map(({ name }) => nameText(name, rule));
    const own = <T extends ast.Element>(is: (node: unknown) => node is T): T[] =>
        inventory.elements.filter(is).filter((element) => !inventory.hidden.has(element));
    return {
        tools: inventory.tools
            .filter(({ tool }) => tool.name && !inventory.hidden.has(tool.$container))
            .map(({ tool, name }) => ({
                text: toolText(name),
                params: tool.params,
                returns: tool.returns,
                marks: new Set([
                    ...tool.traits.map(({ trait }) => trait.$refText),
                    ...(tool.reads.length > 0 ? ['reads'] : [])
                ])
            })),
        agents: texts(ast.isAgent, 'StrictName'),
        humans: texts(ast.isHuman, 'StrictName'),
        roles: texts(ast.isRole, 'StrictName'),
        labels: texts(ast.isLabel, 'Name'),
        servers: own(ast.isServer).flatMap(({ name, tools }) => (name && tools[0] ? [`${nameText(name)}.*`] : [])),
        modes: own(ast.isModes).flatMap(({ modes }) => modes.flatMap(({ name }) => (name ? [nameText(name)] : []))),
        events: own(ast.isOutsideEvent).flatMap(({ name }) => (name ? [nameText(name, 'EventName')] : [])),
        packs: named.flatMap(({ name, element }) =>
            ast.isPack(element) ? [{ text: nameText(name), pack: element }] : []
        ),
        hasTimezone: inventory.elements.some(ast.isTimezone)
    };
}

/** The names in a pack: its parameters. */
export function namesIn({ params }: ast.Pack): TemplateNames {
    const texts = (is: (node: unknown) => boolean): string[] =>
        params.filter((param) => param.name && is(param)).map(({ name }) => nameText(name));
    return {
        tools: params.filter(ast.isToolsParam).map(({ name, params: own }) => ({
            text: nameText(name),
            params: own,
            returns: [],
            marks: new Set<string>()
        })),
        agents: texts(ast.isAgentParam),
        humans: texts(ast.isHumanParam),
        roles: [],
        labels: texts(ast.isLabelParam),
        servers: [],
        modes: [],
        events: texts(ast.isEventParam),
        packs: [],
        hasTimezone: true
    };
}

/**
 * The template with names of the policy, one of several as a choice. A kind of name that the policy does not have keeps
 * its example. Undefined if the policy has tools but none that fits: without parameters that are numbers, there is no
 * total to limit.
 */
export function filled({ body, ...rest }: StatementSnippet, names: TemplateNames): StatementSnippet | undefined {
    const text = names.hasTimezone ? body.replace(/^timezone .*\n/, '') : body;
    const tools = names.tools.length > 0 ? toolsFor(text, names) : new Map<string, readonly ToolName[]>();
    if (!tools || (names.tools.length > 0 && MODE.test(text) && names.modes.length === 0)) {
        return undefined;
    }
    const withCalls = callsFilled(text, tools);
    const seen = new Map<string, number>();
    const put = (place: string, example: string, others: readonly string[]): string => {
        // The second of two examples of one kind starts with the second name.
        const kind = kindOf(example) ?? example;
        const first = seen.get(kind) ?? 0;
        seen.set(kind, first + 1);
        return choice(place, others.length > 0 ? rotated(others, first) : [example]);
    };
    const result = withCalls.replace(/\$\{(\d+):([^}|]*)\}/g, (whole, place: string, example: string) => {
        const fitting = tools.get(example);
        if (fitting) {
            const isFixed = dependentsOf(text, example).length > 0 || text.includes(`calls $${place}(`);
            return choice(
                place,
                fitting.slice(0, isFixed ? 1 : MAX_CHOICES).map((tool) => tool.text)
            );
        }
        const owner = OWNERS[example];
        const fields = owner && tools.get(owner)?.[0] ? fieldsOf(tools.get(owner)![0]!, example) : [];
        if (fields.length > 0) {
            return choice(
                place,
                fields.map(({ name }) => nameText(name))
            );
        }
        const kind = kindOf(example);
        return kind ? put(place, example, names[kind]) : whole;
    });
    return { ...rest, body: renumbered(result) };
}

/** The template of a use of each pack, with arguments for the parameters that have no default. */
export function usesOf(names: TemplateNames): StatementSnippet[] {
    return names.packs.slice(0, MAX_CHOICES).map(({ text, pack }) => {
        const args = pack.params
            .filter(({ name, initial }) => name && !initial)
            .map(
                (param, index) =>
                    `${escapeSnippet(nameText(param.name))}: ${argumentOf(param, String(index + 1), names)}`
            );
        const said = [...(grants(pack) ? ['granting'] : []), ...(assumes(pack) ? ['assuming'] : [])].join(', ');
        return {
            label: `use ${text}`,
            detail: `use ${text}(${pack.params.map(({ name }) => name).join(', ')})`,
            keyword: 'use',
            body: `use ${escapeSnippet(text)}(${args.join(', ')})${said && ` ${said}`}`
        };
    });
}

function argumentOf(param: ast.PackParam, place: string, names: TemplateNames): string {
    const from = (texts: readonly string[]): string => (texts.length > 0 ? choice(place, texts) : `$${place}`);
    if (ast.isToolsParam(param)) {
        return from(ranked(names.tools, SOURCE).map(({ text }) => text));
    }
    if (ast.isHumanParam(param)) {
        return from(names.humans);
    }
    if (ast.isAgentParam(param)) {
        return from(names.agents);
    }
    if (ast.isLabelParam(param)) {
        return from(names.labels);
    }
    if (ast.isEventParam(param)) {
        return from(names.events);
    }
    return ast.isValueParam(param) ? choice(place, [sampleOf(param.type)]) : `$${place}`;
}

const MAX_CHOICES = 50;

type Kind = 'agents' | 'humans' | 'roles' | 'labels' | 'servers' | 'modes';

const KINDS: Readonly<Record<string, Kind>> = {
    assistant: 'agents',
    reviewer: 'humans',
    alice: 'humans',
    bob: 'humans',
    board: 'roles',
    private: 'labels',
    untrusted: 'labels',
    'mail.*': 'servers',
    incident: 'modes'
};

/** A template of a package may have any word as an example, such as `constructor`. */
function kindOf(example: string): Kind | undefined {
    return Object.hasOwn(KINDS, example) ? KINDS[example] : undefined;
}

const MODE = /:incident\}/;

/** The marks of the tools that come first in the place of an example, the most important one first. */
const SOURCE: readonly string[] = ['reads', 'readonly'];
const EXAMPLE_TOOLS: Readonly<Record<string, readonly string[]>> = {
    'mail.read': SOURCE,
    'mail.send': ['external'],
    'web.post': ['external'],
    'bank.pay': ['irreversible', 'destructive'],
    'repo.run': [],
    'repo.deploy': ['irreversible', 'destructive'],
    'desk.get': SOURCE,
    'desk.close': ['irreversible', 'destructive']
};

/** The example tool that has the parameter, or the field of its result. */
const OWNERS: Readonly<Record<string, string>> = {
    folder: 'mail.read',
    to: 'mail.send',
    url: 'web.post',
    proxy: 'web.post',
    amount: 'bank.pay',
    due: 'bank.pay',
    cmd: 'repo.run',
    id: 'desk.get',
    status: 'desk.get'
};

function fieldsOf({ params, returns }: ToolName, example: string): readonly { readonly name: string }[] {
    if (example === 'status') {
        return returns.filter(({ name, type }) => name && isText(type));
    }
    const own = params.filter(ast.isParam).filter(({ name }) => name);
    switch (example) {
        case 'amount':
            return own.filter(({ type }) => isNumber(type));
        case 'to':
            return own.filter(({ type }) => ast.isListType(type) && isText(type.element));
        case 'proxy':
            return own.filter(({ optional }) => optional);
        default:
            return own.filter(({ type }) => isText(type));
    }
}

function isText(type: ast.Type | undefined): boolean {
    return ast.isPrimitiveType(type) && type.name === 'string' && type.regex === undefined;
}

function isNumber(type: ast.Type | undefined): boolean {
    return ast.isRangeType(type) || (ast.isPrimitiveType(type) && /^(int|number|decimal)$/.test(type.name));
}

/** The parameters that the template needs of the tool. A call gets the tool's own. */
function dependentsOf(text: string, tool: string): string[] {
    return Object.keys(OWNERS).filter(
        (field) => OWNERS[field] === tool && new RegExp(`:${field}\\}`).test(text.replace(CALLS, 'calls '))
    );
}

/** The tools that fit each example, the best first; undefined if none fits one of them. */
function toolsFor(text: string, { tools }: TemplateNames): Map<string, readonly ToolName[]> | undefined {
    const found = new Map<string, readonly ToolName[]>();
    const used = new Set<ToolName>();
    const examples = Object.keys(EXAMPLE_TOOLS).filter((example) => text.includes(`:${example}}`));
    // First those that only some tools fit.
    examples.sort((a, b) => dependentsOf(text, b).length - dependentsOf(text, a).length);
    for (const example of examples) {
        const needed = dependentsOf(text, example);
        const fitting = tools.filter((tool) => needed.every((field) => fieldsOf(tool, field).length > 0));
        const best = ranked(fitting, EXAMPLE_TOOLS[example]!, used);
        if (!best[0]) {
            return undefined;
        }
        used.add(best[0]);
        found.set(example, best);
    }
    return found;
}

/** The tools with the marks first, and of these the unused ones. */
function ranked(tools: readonly ToolName[], marks: readonly string[], used = new Set<ToolName>()): ToolName[] {
    const cost = (tool: ToolName): number => {
        const mark = marks.findIndex((one) => tool.marks.has(one));
        return (used.has(tool) ? 100 : 0) + (mark < 0 ? marks.length : mark);
    };
    return [...tools].sort((a, b) => cost(a) - cost(b));
}

const CALLS = /calls \$\{(\d+):([\w.]+)\}\(((?:[^()"]|"[^"]*")*)\)/g;

/** The calls of scenarios, with the arguments that the tool requires. */
function callsFilled(text: string, tools: ReadonlyMap<string, readonly ToolName[]>): string {
    let next = 100;
    const calls = new Map<string, string>();
    const args = (place: string, { params }: ToolName, isOpen: boolean): string => {
        const required = params
            .filter(ast.isParam)
            .filter((param) => param.name && !param.optional && !param.default)
            .map(({ name, type }) => ({ name: escapeSnippet(nameText(name)), type, at: String(next++) }));
        const end = isOpen ? ['..'] : [];
        calls.set(place, [...required.map(({ name, at }) => `${name}: $${at}`), ...end].join(', '));
        return [...required.map(({ name, type, at }) => `${name}: ${choice(at, [sampleOf(type)])}`), ...end].join(', ');
    };
    return text
        .replace(CALLS, (whole, place: string, example: string, given: string) => {
            const tool = tools.get(example)?.[0];
            return tool ? `calls ${choice(place, [tool.text])}(${args(place, tool, given.endsWith('..'))})` : whole;
        })
        .replace(/calls \$(\d+)\([^()]*\)/g, (whole, place: string) => {
            // A later call refers to the arguments of the first one.
            const tool = tools.get(new RegExp(`\\$\\{${place}:([\\w.]+)\\}`).exec(text)?.[1] ?? '')?.[0];
            return tool ? `calls $${place}(${calls.get(place) ?? args(place, tool, false)})` : whole;
        });
}

function rotated(names: readonly string[], by: number): string[] {
    const at = by % names.length;
    return [...names.slice(at), ...names.slice(0, at)];
}

function choice(place: string, texts: readonly string[]): string {
    const [first = ''] = texts;
    return texts.length === 1
        ? `\${${place}:${escapeSnippet(first)}}`
        : `\${${place}|${texts.map((text) => text.replace(/[\\,|]/g, '\\$&')).join(',')}|}`;
}

/** The placeholders in the order of the text, in which the client visits them. */
function renumbered(body: string): string {
    const places = new Map<string, number>([['0', 0]]);
    return body.replace(/(?<!\\)\$(\{?)(\d+)/g, (_whole, brace: string, place: string) => {
        const number = places.get(place) ?? places.size;
        places.set(place, number);
        return `$${brace}${number}`;
    });
}

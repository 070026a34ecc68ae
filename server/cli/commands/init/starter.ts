/** Creates a starter policy and its inventory, from a template and lists of tools. */
import { CodedError } from '../../../workspace/errors.js';
import { type NamedServer, printInventory, LABELS } from '../../tool-lists/inventory.js';
import { hintsOf, writtenName } from '../../tool-lists/tool-text.js';
import { protectionOf } from './protection.js';
import type { Effect, Template } from './templates.js';
import { EmptyFileSystem } from 'langium';
import { isServer, type PolicyFile } from '../../../../language/generated/ast.js';
import { createGuardrailServices } from '../../../../language/module.js';
import { guessedLabels } from '../../tool-lists/marks.js';

export interface Starter {
    readonly policy: string;
    readonly inventory: string;
}

/**
 * @param name the name of the policy
 * @param origin the source of the lists, for a comment
 * @param clients the clients whose settings the policy protects, and whose tools that change files it names
 * @throws CodedError (GR984) if no tool has what the template requires
 */
export function starterOf(
    template: Template,
    servers: readonly NamedServer[],
    name: string,
    origin: string,
    clients: readonly string[] = []
): Starter {
    const having = toolsByEffect(servers);
    assertNeeds(template, having, 'according to the servers none is');
    const inventory = printInventory(servers, origin);
    const written = {
        policy: adapted(template, name, having),
        inventory: template.hasLabels ? labelled(inventory, servers) : inventory
    };
    return clients.length === 0 ? written : protectedStarter(written, clients);
}

/**
 * The client already asks before its own tools change something, and uses them all the time: rules about every call of a
 * kind leave them out, and rules about what happened before do not.
 */
function protectedStarter({ policy, inventory }: Starter, clients: readonly string[]): Starter {
    const { rules, claims, inventory: own } = protectionOf(clients);
    const globs = clients.map((client) => `${client}.*`);
    const except = globs.length > 1 ? `except (${globs.join(', ')})` : `except ${globs[0]}`;
    const eased = policy
        .replace(
            /(actions: )(\[?)([^\]\n]*?)(\]?, gate: user\))/,
            (whole, head: string, open: string, list: string, tail: string) =>
                policy.includes('OneApprovalOneCall')
                    ? `${head}${open}${list.replace(/ tools/g, ` tools ${except}`)}${tail}`
                    : whole
        )
        .replace(
            'actions: any tool, counted: released any tool',
            `actions: any tool ${except}, counted: released any tool ${except}`
        );
    const at = eased.indexOf('\nclaim ');
    return {
        policy: `${eased.slice(0, at)}\n${rules}${eased.slice(at)}${claims}`,
        inventory: `${inventory}\n${own}`
    };
}

/** An inventory that exists: its tools, its labels, and its path in an import. */
export interface Described {
    readonly tools: { readonly having: Tools; readonly labels: readonly string[] };
    readonly path: string;
}

/** A policy for the tools of an inventory. Throws a `CodedError` (GR984) if the template is about other tools. */
export function policyFor(template: Template, name: string, { tools, path }: Described): string {
    const { having, labels } = tools;
    assertNeeds(template, having, 'in the inventory none is');
    const missing = template.hasLabels && ['private', 'untrusted'].find((label) => !labels.includes(label));
    if (missing) {
        throw new CodedError(
            'GR984',
            `the template "${template.name}" is about private and untrusted data, and the inventory has no label ${missing}`,
            `Write \`label ${missing}\` there, and \`reads ${missing}\` after the tools that return such data. Or choose another: guardrail init --list.`
        );
    }
    return adapted(template, name, having).replace('"./tools.guardrail"', JSON.stringify(path));
}

function assertNeeds(template: Template, having: Tools, why: string): void {
    if (template.needs.length > 0 && !template.needs.some((effect) => having[effect].length > 0)) {
        throw new CodedError(
            'GR984',
            `the template "${template.name}" is about tools that are ${template.needs.join(' or ')}, and ${why}`,
            'Choose another: guardrail init --list. Or import the inventory, add what you know about the tools, and write the policy by hand.'
        );
    }
}

/** The names of tools, as rules write them, by effect. */
export type Tools = Readonly<Record<Effect, readonly string[]>>;

/** The names of the tools, as rules use them, by effect. */
function toolsByEffect(servers: readonly NamedServer[]): Tools {
    const having: Record<Effect, string[]> = { readonly: [], destructive: [], external: [] };
    for (const server of servers) {
        for (const { name, annotations } of server.tools) {
            for (const effect of hintsOf(annotations).traits.filter((trait): trait is Effect => trait in having)) {
                having[effect].push(`${writtenName(server.name)}.${writtenName(name)}`);
            }
        }
    }
    return having;
}

/** Effects that no tool has are left out; since a hint grants nothing, an `allow` names the tools. */
function adapted({ text }: Template, name: string, having: Tools): string {
    const present = (['destructive', 'external'] as const).filter((effect) => having[effect].length > 0);
    const risky = present.map((effect) => `${effect} tools`).join(', ');
    const fitting = text
        .replace('policy Template', `policy ${name}`)
        .replace('allow assistant: readonly tools', `allow assistant: ${having.readonly.join(', ')}`)
        .replace('[destructive tools, external tools]', present.length > 1 ? `[${risky}]` : risky);
    const changing =
        having.destructive.length > 0 ? fitting : fitting.replace(/^claim .*: never destructive tools\n/m, '');
    return having.readonly.length > 0 ? changing : changing.replace('readonly tools', 'any tool');
}

/** Guesses the labels that tools read, as a start: a tool list does not contain them. */
const GUESSED = `// What each tool reads is guessed from its openWorldHint (private and untrusted if that is absent): correct it.
${LABELS}
`;

/** The inventory of these servers with labels, and the labels that each tool reads. */
function labelled(inventory: string, servers: readonly NamedServer[]): string {
    const { parser } = createGuardrailServices(EmptyFileSystem).guardrail;
    const declared = (parser.LangiumParser.parse(inventory).value as PolicyFile).elements.filter(isServer);
    const guesses = servers.flatMap(({ tools }) =>
        tools.map(({ annotations }) => guessedLabels(annotations.openWorldHint).join(', '))
    );
    const insertions = declared
        .flatMap(({ tools }) => tools)
        .map(({ $cstNode }, index) => ({ at: $cstNode!.end, text: ` reads ${guesses[index]}` }));
    const [first] = declared;
    return [{ at: first?.$cstNode?.offset ?? inventory.length, text: GUESSED }, ...insertions].reduceRight(
        (text, { at, text: added }) => text.slice(0, at) + added + text.slice(at),
        inventory
    );
}

/** Compares the uses of packs in a policy with those that its configurations require. */
import type { AstNode, LangiumDocument, URI } from 'langium';
import { AstUtils, UriUtils } from 'langium';
import type { PackParam, PackValue, Selector, Tool } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { BUILTIN_URI } from '../library/builtin.js';
import { type Inventory, toolName } from '../names/inventory.js';
import { selectorsOf } from '../names/name-owner.js';
import type { Instance } from '../packs/instances.js';
import { argumentFor } from '../packs/values.js';
import { selectedTools } from '../names/selectors.js';
import { canBeRenamed, type Importable } from '../names/visible.js';
import { durationSeconds } from '../parser/values.js';
import type { ScopeName } from '../../server/model/policy/scope-names.js';
import { acceptableScopes, type Configuration, type Configurations, withExtended } from './configurations.js';
import type { Bound, RawException, RawRequiredPack } from './format.js';
import type { GivenNames } from './given-names.js';

/** A required pack, and the state of one policy. */
export interface RequiredPack {
    readonly pack: string;
    /** The package or file that declares the pack, as a policy imports it. */
    readonly from: string;
    /** The name of the configuration that requires it. */
    readonly by: string;
    readonly because?: string;
    /** `kept`: a use keeps every bound. `narrowed`: every use violates some bound. `missing`: there is no use. */
    readonly state: 'kept' | 'narrowed' | 'missing';
    /** The reasons for the state, each with the node that it concerns. Empty if the requirement is kept. */
    readonly lacks: readonly Lack[];
    /** The exception that applies to the policy, in force or not. */
    readonly exception?: Exception;
    /** The declarations of the pack that the policy uses. */
    readonly packs: readonly ast.Pack[];
    /** The scopes that may be accepted for its claims; undefined if the repository requires the pack itself, and decides that. */
    readonly acceptable?: readonly ScopeName[];
}

export interface Lack {
    readonly message: string;
    /** The use or the argument; undefined if the policy as a whole lacks something. */
    readonly node?: AstNode;
    readonly property?: string;
    /** True if no policy can mend it. */
    readonly isOfConfiguration?: true;
}

export interface Exception extends Omit<RawException, 'pack' | 'policy'> {
    /** The name of the configuration that contains it. */
    readonly in: string;
    /** The reason why it does not apply; undefined if it is in force. */
    readonly refused?: 'ended' | 'too long' | 'no date';
    /** The maximum number of days that an extended configuration allows. */
    readonly longest?: number;
}

/** The data that the packs of a policy are compared with. */
export interface PolicyPacks {
    readonly document: LangiumDocument;
    readonly names: GivenNames;
    readonly instances: readonly Instance[];
    readonly inventory: Inventory;
    /** The packs whose uses have errors, which are reported elsewhere. */
    readonly broken: readonly ast.Pack[];
}

/** @param today the date as `2027-01-31` */
export async function requiredPacks(
    policy: PolicyPacks,
    configurations: Configurations,
    today: string
): Promise<RequiredPack[]> {
    const required: RequiredPack[] = [];
    for (const configuration of configurations.all) {
        for (const raw of configuration.values.require ?? []) {
            required.push(await compare(raw, configuration, policy, configurations, today));
        }
    }
    return required;
}

async function compare(
    raw: RawRequiredPack,
    configuration: Configuration,
    policy: PolicyPacks,
    configurations: Configurations,
    today: string
): Promise<RequiredPack> {
    const from = raw.from ?? configuration.package?.name ?? `./${UriUtils.basename(configuration.uri)}`;
    const is = (pack: ast.Pack): Promise<boolean> => policy.names.isGiven(pack, raw.pack, from, configuration);
    const uses: Instance[] = [];
    for (const instance of policy.instances) {
        if (await is(instance.pack)) {
            uses.push(instance);
        }
    }
    const isBroken = (await Promise.all(policy.broken.map(is))).includes(true);
    const exception = exceptionOf(raw.pack, configuration, policy.document.uri, configurations, today);
    const isOwn = !configurations.given.includes(configuration);
    const about = {
        pack: raw.pack,
        from,
        by: configuration.name,
        packs: [...new Set(uses.map(({ pack }) => pack))],
        ...(raw.because !== undefined && { because: raw.because }),
        ...(!isOwn && { acceptable: acceptableScopes(configuration, configurations) }),
        ...(exception && { exception })
    };
    if (uses.length === 0 && !(await policy.names.isKnown(raw.pack, from, configuration))) {
        const message = `The configuration requires the pack "${raw.pack}" of "${from}", which gives no pack of that name. Its \`from\` has to name a path that does.`;
        return { ...about, state: 'missing', lacks: [{ message, isOfConfiguration: true }] };
    }
    if (uses.length === 0) {
        // The errors of a broken use are more informative.
        const lacks = isBroken
            ? []
            : [
                  {
                      message: missingText(
                          raw.pack,
                          from,
                          policy.instances.find(({ pack }) => pack.name === raw.pack)
                      )
                  }
              ];
        return { ...about, state: 'missing', lacks };
    }
    const owner = configuration.package?.name ?? (configuration.isFromOutside ? from : undefined);
    const names = { owner, foreign: new Set<AstNode>() };
    if (owner !== undefined) {
        for (const name of new Set(uses.flatMap((use) => namesIn(use, raw.arguments ?? {})))) {
            const isGiven =
                (await policy.names.isGiven(name, name.name, owner, configuration)) ||
                (await policy.names.isGiven(name, name.name, from, configuration));
            if (!isGiven) {
                names.foreign.add(name);
            }
        }
    }
    const given: Given = { inventory: policy.inventory, names };
    const found = uses.map((use) => lacksOf(use, raw.arguments ?? {}, given));
    const best = found.reduce((one, other) => (other.length < one.length ? other : one));
    const isKept = best.length === 0 || coverTogether(uses, raw.arguments ?? {}, given);
    return { ...about, state: isKept ? 'kept' : 'narrowed', lacks: isKept ? [] : best };
}

function missingText(pack: string, from: string, other: Instance | undefined): string {
    const shadow = other
        ? ` The pack "${pack}" that the policy uses is declared in ${UriUtils.basename(AstUtils.getDocument(other.pack).uri)}, so it is a different pack.`
        : '';
    return `The policy does not use the pack "${pack}" of "${from}".${shadow}`;
}

/** The declarations that the arguments of a use are compared with. */
interface Given {
    readonly inventory: Inventory;
    readonly names: {
        /** The package or file whose declarations the names in `oneOf` are; undefined if they are any of that name. */
        readonly owner: string | undefined;
        /** The declarations that arguments name, and that are not from there. */
        readonly foreign: ReadonlySet<AstNode>;
    };
}

/** The people, definitions and other elements that the bounded arguments of a use name. Tools belong to each policy. */
function namesIn({ pack, bindings }: Instance, bounds: { readonly [name: string]: Bound }): Importable[] {
    return pack.params
        .filter(({ name }) => Object.hasOwn(bounds, name) && bounds[name]!.oneOf !== undefined)
        .flatMap((param) => declarationsIn(bindings.get(param)));
}

function declarationsIn(value: PackValue | undefined): Importable[] {
    return value
        ? AstUtils.streamAst(value)
              .flatMap((node) => AstUtils.streamReferences(node))
              .flatMap(({ reference }) => ('ref' in reference && reference.ref ? [reference.ref] : []))
              .filter(
                  (target): target is Importable =>
                      ast.isImportable(target) && !ast.isServer(target) && !ast.isPackParam(target)
              )
              .filter((target) => AstUtils.getDocument(target).uri.toString() !== BUILTIN_URI)
              .toArray()
        : [];
}

/**
 * The exception that a policy has from a pack that `by` requires, in force or not. Its length is limited, except in `by` and in what that
 * extends.
 *
 * @param today the date as `2027-01-31`
 */
export function exceptionOf(
    pack: string,
    by: Configuration,
    policy: URI,
    { all, given }: Configurations,
    today: string
): Exception | undefined {
    const limits = given.flatMap(({ values }) => values.longestException ?? []);
    const longest = limits.length > 0 ? Math.min(...limits) : undefined;
    const unlimited = withExtended(by);
    const found = all.flatMap((configuration) =>
        (configuration.values.exceptions ?? [])
            .filter((exception) => exception.pack === pack && covers(exception.policy, configuration, policy))
            .map(({ because, until }): Exception => {
                const most = unlimited.includes(configuration) ? undefined : longest;
                const refused = refusalOf(until, today, most);
                return {
                    because,
                    until,
                    in: configuration.name,
                    ...(refused && { refused }),
                    ...(most !== undefined && { longest: most })
                };
            })
    );
    return found.find(({ refused }) => refused === undefined) ?? found[0];
}

function covers(path: string, { uri }: Configuration, policy: URI): boolean {
    const covered = UriUtils.resolvePath(UriUtils.dirname(uri), path).path.replace(/\/$/, '');
    return policy.path === covered || policy.path.startsWith(`${covered}/`);
}

const DAY_MS = 24 * 3600 * 1000;

function refusalOf(until: string, today: string, longest: number | undefined): Exception['refused'] {
    const [end, start] = [Date.parse(until), Date.parse(today)];
    if (!Number.isFinite(end) || new Date(end).toISOString().slice(0, 10) !== until) {
        return 'no date';
    }
    if (end < start) {
        return 'ended';
    }
    return longest !== undefined && end - start > longest * DAY_MS ? 'too long' : undefined;
}

/** The bounds that a use does not keep. */
function lacksOf(use: Instance, bounds: { readonly [name: string]: Bound }, given: Given): Lack[] {
    const lacks = Object.entries(bounds).flatMap(([name, bound]): Lack[] => {
        const param = use.pack.params.find((other) => other.name === name);
        const message = param
            ? lackOf(param, use.bindings.get(param), bound, given)
            : `The configuration bounds "${name}", which the pack "${use.pack.name}" does not have.`;
        if (message === undefined) {
            return [];
        }
        const argument = param && !use.parent ? argumentFor(use.use, param) : undefined;
        return [
            argument ? { message, node: argument, property: 'value' } : { message, node: use.use, property: 'pack' }
        ];
    });
    const expected = use.use.annotations.find(
        ({ name, values }) =>
            name === 'expected' && values.some(({ text }) => text === 'violated' || text === 'impossible')
    );
    return expected
        ? [...lacks, { message: `The use of "${use.pack.name}" expects its claims to be broken.`, node: expected }]
        : lacks;
}

function lackOf(
    param: PackParam,
    value: PackValue | undefined,
    { includes, atLeast, atMost, oneOf }: Bound,
    { inventory, names }: Given
): string | undefined {
    const { name } = param;
    const text = textOf(value);
    if (includes !== undefined) {
        const missing = missingTools(value, [includes].flat(), inventory);
        if (typeof missing === 'string') {
            return missing;
        }
        if (missing.length > 0) {
            return `"${name}" must include ${[includes].flat().join(', ')}, and leaves out ${missing.map(toolName).join(', ')}.`;
        }
    }
    const amount = amountOf(value);
    const wrong = (what: string): string => `"${name}" must be ${what}, and is ${text}.`;
    if (atLeast !== undefined && !(amount !== undefined && amount >= bound(atLeast))) {
        return wrong(`at least ${atLeast}`);
    }
    if (atMost !== undefined && !(amount !== undefined && amount <= bound(atMost))) {
        return wrong(`at most ${atMost}`);
    }
    if (oneOf === undefined) {
        return undefined;
    }
    const written = writtenAs(value);
    if (!oneOf.some((permitted) => written.some((one) => sameText(String(permitted), one)))) {
        return wrong(oneOf.length === 1 ? String(oneOf[0]) : `one of ${oneOf.join(', ')}`);
    }
    const other = declarationsIn(value).find((node) => names.foreign.has(node));
    return (
        other &&
        `"${name}" must be a name of "${names.owner}", and "${other.name}" is declared in ${UriUtils.basename(AstUtils.getDocument(other).uri)}. Import that of "${names.owner}".`
    );
}

/**
 * The texts by which `oneOf` may list an argument: the name of a declaration, whatever this file calls it, or what is written. None
 * if what is written does not show the meaning: it contains parameters of another pack, or other names for declarations.
 */
function writtenAs(value: PackValue | undefined): string[] {
    const target = ast.isNameValue(value) ? value.target.ref : undefined;
    if (target) {
        return ast.isTool(target) ? [toolName(target), textOf(value)] : [target.name];
    }
    const source = value?.$cstNode?.astNode;
    const isUnclear =
        source &&
        AstUtils.streamAst(source)
            .flatMap((node) => AstUtils.streamReferences(node))
            .some(({ reference }) => {
                const named = 'ref' in reference ? reference.ref : undefined;
                return ast.isPackParam(named) || (canBeRenamed(named) && named.name !== reference.$refText);
            });
    return isUnclear ? [] : [textOf(value)];
}

/** Uses for other tools may together cover the required tools, if they keep every other bound. */
function coverTogether(uses: readonly Instance[], bounds: { readonly [name: string]: Bound }, given: Given): boolean {
    const [first, ...others] = Object.entries(bounds).filter(([, { includes }]) => includes !== undefined);
    if (!first || others.length > 0) {
        return false;
    }
    const [name, { includes = [] }] = first;
    const { [name]: _, ...rest } = bounds;
    const missing = uses
        .filter((use) => lacksOf(use, rest, given).length === 0)
        .map((use) =>
            missingTools(
                use.bindings.get(use.pack.params.find((param) => param.name === name)!),
                [includes].flat(),
                given.inventory
            )
        );
    const [start, ...more] = missing;
    if (!start || missing.some((each) => typeof each === 'string')) {
        return false;
    }
    return (start as Tool[]).every((tool) => more.some((each) => !each.includes(tool as never)));
}

/** The required tools that an argument does not include, or the reason why they are unknown. */
function missingTools(
    value: PackValue | undefined,
    required: readonly string[],
    inventory: Inventory
): Tool[] | string {
    const selectors: Selector[] = [];
    for (const text of required) {
        const read = selectorsFrom(text, inventory);
        if (!read) {
            return `The configuration requires \`${text}\`, which does not select tools.`;
        }
        selectors.push(...read);
    }
    const given = strongest(selectorsOf(value), inventory);
    return [...strongest(selectors, inventory)]
        .filter(([tool, wanted]) => (given.get(tool) ?? 0) < wanted)
        .map(([tool]) => tool);
}

function strongest(selectors: readonly Selector[], inventory: Inventory): Map<Tool, number> {
    const all = new Map<Tool, number>();
    for (const [tool, truth] of selectors.flatMap((selector) => [...selectedTools(selector, inventory)])) {
        all.set(tool, Math.max(truth, all.get(tool) ?? 0));
    }
    return all;
}

/**
 * Selectors are resolved as in policies. A label matches any label of that name, so that no other declaration can take
 * its place.
 */
function selectorsFrom(text: string, { elements }: Inventory): Selector[] | undefined {
    const [, plain = '', excepted] = /^(.*?)(?:\s+except\s+(.+))?$/s.exec(text.trim()) ?? [];
    const all = plainSelectors(plain, elements);
    const except = excepted?.split(',').map((name) => glob(name.trim()));
    return except ? all?.map((of) => ({ $type: ast.ToolsExcept.$type, of, except }) as unknown as Selector) : all;
}

function plainSelectors(plain: string, elements: Inventory['elements']): Selector[] | undefined {
    if (plain === 'any tool') {
        return [{ $type: ast.AnyTool.$type }];
    }
    const trait = /^(\w+)\s+tools$/.exec(plain)?.[1];
    if (trait !== undefined) {
        return [{ $type: ast.TraitSelector.$type, trait: { $refText: trait } } as unknown as Selector];
    }
    const label = /^tools\s+that\s+read\s+(\w+)$/.exec(plain)?.[1];
    if (label !== undefined) {
        return elements
            .filter(ast.isLabel)
            .filter(({ name }) => name === label)
            .map((ref) => ({ $type: ast.ReadsSelector.$type, label: { $refText: label, ref } }) as unknown as Selector);
    }
    return /^\S+$/.test(plain) ? [glob(plain)] : undefined;
}

function glob(text: string): Selector {
    return { $type: ast.GlobSelector.$type, glob: text } as unknown as Selector;
}

function amountOf(value: PackValue | undefined): number | undefined {
    if (ast.isDurationValue(value)) {
        return durationSeconds(value.duration);
    }
    return ast.isConstantValue(value) && ast.isNumberLiteral(value.literal) ? value.literal.value : undefined;
}

function bound(value: number | string): number {
    return typeof value === 'number' ? value : durationSeconds(value);
}

function textOf(value: PackValue | undefined): string {
    return value?.$cstNode?.text ?? '';
}

function sameText(one: string, other: string): boolean {
    const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();
    return plain(one) === plain(other) || JSON.stringify(one) === plain(other);
}

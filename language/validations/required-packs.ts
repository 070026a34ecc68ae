/**
 * The packs that the configurations of a policy require: GR260: a required pack that is not used, GR261: a use that is
 * narrower than required, GR262: an exception that does not apply, GR263: one that does, GR264: one that is not needed,
 * GR265: a configuration that cannot be used, GR266: a scope or a finding that must not be accepted.
 */
import { type AstNode, AstUtils } from 'langium';
import type { ScopeName } from '../../server/model/policy/scope-names.js';
import {
    type Configuration,
    configurationsOf,
    gradedCodes,
    isInside,
    isOpenToAcceptance,
    type Configurations
} from '../configuration/configurations.js';
import { GivenNames } from '../configuration/given-names.js';
import { type RequiredPack, requiredPacks } from '../configuration/required-packs.js';
import { acceptableOf, setRequirements } from '../configuration/requirements.js';
import * as ast from '../generated/ast.js';
import type { GuardrailServices } from '../names/inventory.js';
import { instancesOf } from '../packs/instances.js';
import { inventoryOf, isWholePolicy, type Reporter, type ValidationRule } from './rule.js';

export const requiredPacksOfPolicy: ValidationRule = {
    codes: ['GR260', 'GR261', 'GR262', 'GR263', 'GR264', 'GR265', 'GR266'],
    checks: {
        PolicyFile: async (file, report, services) => {
            if (!file.policy) {
                return;
            }
            const { configurations, required } = await requirementsOf(file, services);
            for (const problem of configurations.problems) {
                report.error('GR265', [file.policy, 'name'], problem);
            }
            if (isWholePolicy(file, services)) {
                required.forEach((each) => checkRequired(each, file.policy!, report));
            }
            checkAccepted(file, configurations, report);
        }
    }
};

/** The configurations of a policy, and the packs that they require of it. */
export async function requirementsOf(
    file: ast.PolicyFile,
    services: GuardrailServices
): Promise<{ readonly configurations: Configurations; readonly required: readonly RequiredPack[] }> {
    const document = AstUtils.getDocument(file);
    const reader = configurationsOf(services.shared.workspace.FileSystemProvider);
    const configurations = await reader.of(document.uri);
    if (!configurations.all.some(({ values }) => values.require)) {
        setRequirements(document, []);
        return { configurations, required: [] };
    }
    const inventory = inventoryOf(file, services);
    const instances = instancesOf(file, inventory);
    const expanded = new Set(instances.map(({ use }) => use));
    const broken = file.elements
        .filter(ast.isUse)
        .filter((use) => !expanded.has(use))
        .flatMap((use) => use.pack?.ref ?? []);
    const { LangiumDocuments: loaded, LangiumDocumentFactory: factory } = services.shared.workspace;
    const names = new GivenNames({ loaded, factory }, reader);
    const policy = { document, names, instances, inventory, broken };
    const required = await requiredPacks(policy, configurations, today());
    setRequirements(document, required);
    return { configurations, required };
}

/** Today's date as `2027-01-31`. */
export function today(): string {
    return new Date().toISOString().slice(0, 'yyyy-mm-dd'.length);
}

function checkRequired(required: RequiredPack, policy: ast.PolicyHeader, report: Reporter): void {
    const { pack, from, by, because, state, lacks, exception } = required;
    const reason = because === undefined ? '' : ` (because: ${because})`;
    const at = [policy, 'name'] as const;
    if (exception && !exception.refused) {
        const { until, because: why, in: place } = exception;
        if (state === 'kept') {
            const message = `The policy uses "${pack}" as required. Remove its exception from ${place}.`;
            report.warning('GR264', at, message);
        } else {
            const message = `An exception in ${place} leaves out "${pack}" until ${until} (because: ${why}).`;
            report.info('GR263', at, message);
        }
        return;
    }
    if (exception && state !== 'kept') {
        report.error('GR262', at, [refusalText(required), ...lacks.map(({ message }) => message)].join(' '));
        return;
    }
    for (const { message, node, property, isOfConfiguration = false } of lacks) {
        const text = `${message} ${by} requires it${reason}.`;
        if (isOfConfiguration) {
            report.error('GR260', at, text);
        } else if (node) {
            report.error('GR261', property === undefined ? node : [node, property], text);
        } else {
            const next = `Write \`import { ${pack} } from "${from}"\`, and a \`use\` of it`;
            report.error('GR260', at, `${text} ${next}.`);
        }
    }
}

function refusalText({ pack, exception }: RequiredPack): string {
    const { until, refused, in: place, longest = 0 } = exception!;
    const what = `The exception for "${pack}" in ${place}`;
    switch (refused) {
        case 'ended':
            return `${what} ended on ${until}. Use the pack, or agree on another date.`;
        case 'too long':
            return longest === 0
                ? `${what} does not apply: no exceptions are allowed. Use the pack.`
                : `${what} does not apply: it may end at most ${longest} days from today. Choose an earlier date.`;
        default:
            return `${what} has no valid date: "${until}". Write it as 2027-01-31.`;
    }
}

/**
 * A claim, a use, or a pack of the team accepts no scope that an extended configuration does not list, and no finding that it makes
 * a warning or an error. Of a required pack, it accepts only scopes that are listed.
 */
function checkAccepted(file: ast.PolicyFile, { given }: Configurations, report: Reporter): void {
    if (given.length === 0) {
        return;
    }
    const check = (node: ast.Annotated, acceptable: readonly ScopeName[] | undefined, at?: ast.Use): void => {
        for (const { name, values } of node.annotations) {
            for (const value of name === 'accept' || name === 'expected' ? values : []) {
                const problem =
                    name === 'accept' ? refusedScope(value.text, given, acceptable) : refusedFinding(value.text, given);
                if (problem !== undefined) {
                    report.error('GR266', at ?? value, `${problem} Remove it.`);
                }
            }
        }
    };
    const annotated = (pack: ast.Pack): ast.Annotated[] => [pack, ...pack.elements.filter(ast.isAnnotated)];
    const instances = instancesOf(file, report.inventory);
    // The claims below a use and a pack are those of all instances there.
    const acceptable = new Map<AstNode, readonly ScopeName[]>();
    const restrict = (node: AstNode, scopes: readonly ScopeName[] | undefined): void => {
        const before = acceptable.get(node);
        if (scopes) {
            acceptable.set(node, before ? before.filter((name) => scopes.includes(name)) : scopes);
        }
    };
    instances.forEach((instance) => restrict(instance.use, acceptableOf(instance)));
    instances.forEach(({ pack, use }) => restrict(pack, acceptable.get(use)));
    for (const each of file.elements.filter(ast.isAnnotated)) {
        (ast.isPack(each) ? annotated(each) : [each]).forEach((one) => check(one, acceptable.get(each)));
    }
    for (const { pack, use } of instances) {
        const { uri } = AstUtils.getDocument(pack);
        const isOwn = AstUtils.findRootNode(pack) === file;
        if (!isOwn && !given.some(({ package: from }) => from && isInside(uri, from))) {
            annotated(pack).forEach((each) => check(each, acceptable.get(use), use));
        }
    }
}

function refusedScope(
    scope: string,
    given: readonly Configuration[],
    acceptable: readonly string[] | undefined
): string | undefined {
    const by = given.find((configuration) => !isOpenToAcceptance(scope, [configuration]));
    if (by) {
        return `${by.name} does not let claims hold in the scope \`${scope}\`.`;
    }
    return acceptable && !acceptable.includes(scope)
        ? `The claims of a required pack must not hold in the scope \`${scope}\` only: the configuration that requires it does not accept that.`
        : undefined;
}

function refusedFinding(code: string, given: readonly Configuration[]): string | undefined {
    const by = given.find((configuration) => gradedCodes([configuration]).includes(code));
    return by && `${by.name} sets the severity of ${code}, so it cannot be expected.`;
}

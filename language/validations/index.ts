/** The registry of validations, in the order in which they run. */
import type { AstNode, ValidationAcceptor } from 'langium';
import type { GuardrailServices } from '../names/inventory.js';
import { type Check, Reporter, type ValidationRule, inventoryOf } from './rule.js';
import { allows } from './allows.js';
import { always } from './always.js';
import { approvals } from './approvals.js';
import { approvedInRule } from './approved-in-rule.js';
import { assumptions } from './assumptions.js';
import { audit } from './audit.js';
import { comparisons } from './comparisons.js';
import { counts } from './counts.js';
import { cycles } from './cycles.js';
import { declaredTypes } from './declared-types.js';
import { definitionInstances } from './definition-instances.js';
import { definitionSize } from './definition-size.js';
import { ownNames } from './own-names.js';
import { deprecated } from './deprecated.js';
import { definitionUse } from './definition-use.js';
import { delegations } from './delegations.js';
import { duplicates } from './duplicates.js';
import { durations } from './durations.js';
import { emptySelectors } from './empty-selectors.js';
import { eventParams } from './event-params.js';
import { expectations } from './expectations.js';
import { accept } from './accept.js';
import { expected } from './expected.js';
import { files } from './files.js';
import { grants } from './grants.js';
import { heads } from './heads.js';
import { hosts } from './hosts.js';
import { imports } from './imports.js';
import { keys } from './keys.js';
import { labelCount } from './label-count.js';
import { leave } from './leave.js';
import { literals } from './literals.js';
import { modes } from './modes.js';
import { mayDoLabels } from './may-do-labels.js';
import { noClaim } from './no-claim.js';
import { optional } from './optional.js';
import { outsideEvents } from './outside-events.js';
import { overlaps } from './overlaps.js';
import { packBodies } from './pack-bodies.js';
import { packInstances } from './pack-instances.js';
import { packUses } from './pack-uses.js';
import { packageVersions } from './package-versions.js';
import { requiredPacksOfPolicy } from './required-packs.js';
import { parts } from './parts.js';
import { patterns } from './patterns.js';
import { possibleClaims } from './possible-claims.js';
import { results } from './results.js';
import { scenarioAnswers } from './scenario-answers.js';
import { scenarioArguments } from './scenario-arguments.js';
import { scenarioSteps } from './scenario-steps.js';
import { sessionValues } from './session-values.js';
import { sharedParameters } from './shared-parameters.js';
import { textPatterns } from './text-patterns.js';
import { transitions } from './transitions.js';
import { totals } from './totals.js';
import { unused } from './unused.js';
import { valueTests } from './value-tests.js';
import { clock } from './clock.js';
import { commands } from './commands.js';
import { provenance } from './provenance.js';
import { signals } from './signals.js';
import { scenarioEnvironment } from './scenario-environment.js';
import { caps } from './caps.js';
import { droppedKeys } from './dropped-keys.js';
import { hiddenNames } from './hidden-names.js';
import { impossibleHistory } from './impossible-history.js';
import { leftOver } from './left-over.js';
import { listedTwice } from './listed-twice.js';
import { misread } from './misread.js';
import { nothingAllowed } from './nothing-allowed.js';
import { redirections } from './redirections.js';
import { satisfiable } from './satisfiable.js';
import { toolsOfPackages } from './tools-of-packages.js';

export const RULES: readonly ValidationRule[] = [
    files,
    imports,
    duplicates,
    cycles,
    declaredTypes,
    comparisons,
    literals,
    optional,
    sharedParameters,
    definitionUse,
    deprecated,
    ownNames,
    definitionSize,
    definitionInstances,
    hosts,
    heads,
    patterns,
    keys,
    approvedInRule,
    approvals,
    possibleClaims,
    assumptions,
    emptySelectors,
    grants,
    allows,
    overlaps,
    durations,
    scenarioArguments,
    scenarioSteps,
    labelCount,
    unused,
    noClaim,
    counts,
    outsideEvents,
    audit,
    always,
    packUses,
    packageVersions,
    toolsOfPackages,
    requiredPacksOfPolicy,
    packBodies,
    packInstances,
    eventParams,
    accept,
    expected,
    valueTests,
    textPatterns,
    parts,
    modes,
    transitions,
    delegations,
    clock,
    leave,
    signals,
    provenance,
    commands,
    scenarioEnvironment,
    results,
    scenarioAnswers,
    expectations,
    mayDoLabels,
    totals,
    sessionValues,
    satisfiable,
    leftOver,
    caps,
    droppedKeys,
    impossibleHistory,
    listedTwice,
    hiddenNames,
    misread,
    nothingAllowed,
    redirections
];

export function registerRules(services: GuardrailServices): void {
    for (const { checks } of RULES) {
        for (const [type, ofType] of Object.entries(checks)) {
            for (const check of [ofType].flat() as Check<AstNode>[]) {
                const report = (node: AstNode, accept: ValidationAcceptor): void | Promise<void> =>
                    check(node, new Reporter(accept, () => inventoryOf(node, services)), services);
                services.validation.ValidationRegistry.register({ [type]: report });
            }
        }
    }
}

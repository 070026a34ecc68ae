/** Counts, for each rule, the steps of scenarios that it decided. This file does not use `vscode`. */
import type { BreakpointPlace, ScenarioResult } from '../../server/lsp/protocol.js';

/** A rule or a use of a pack, with lines counted from 0. */
export interface RuleCoverage extends BreakpointPlace {
    /** The number of steps that it decided. */
    readonly steps: number;
}

/**
 * The rules of the file, and those of its packs at their uses.
 *
 * @param places the places where a session can stop, which include the steps of scenarios
 * @param ran the names of the scenarios that ran
 */
export function coveredRules(
    uri: string,
    places: readonly BreakpointPlace[],
    scenarios: readonly ScenarioResult[],
    ran: ReadonlySet<string>
): RuleCoverage[] {
    const isStep = ({ first }: BreakpointPlace): boolean =>
        scenarios.some(
            ({ source: { uri: file, start, end } }) => file === uri && start.line <= first && first <= end.line
        );
    const deciding = scenarios
        .filter(({ name }) => ran.has(name))
        .flatMap(({ trace }) => trace.steps)
        .map(({ rules }) => rules.map(({ source, usedAt = source }) => usedAt).filter((at) => at.uri === uri));
    return places
        .filter((place) => !isStep(place))
        .map((place) => ({
            ...place,
            steps: deciding.filter((rules) =>
                rules.some(({ start }) => place.first <= start.line && start.line <= place.last)
            ).length
        }));
}

/** GR416: a scenario without effect: no steps, or a human who answers for a tool that is never held. */
import { removeStatement } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import { selectedTools } from '../names/selectors.js';
import { termText } from '../types/terms.js';
import { approvalsOf } from './other-rules.js';
import type { ValidationRule } from './rule.js';
import { ofWholePolicy, statementsOfFile } from './file-checks.js';
import { HOLDABLE, toolSet } from '../packs/grants.js';

export const scenarioSteps: ValidationRule = {
    codes: ['GR416'],
    checks: {
        PolicyFile: ofWholePolicy((view) => {
            const { inventory } = view;
            for (const scenario of view.of(SCENARIOS)) {
                if (scenario.steps.length === 0) {
                    view.warning(
                        'GR416',
                        [scenario, 'name'],
                        'This scenario has no steps, so it passes whatever the rules are. Add the calls to try.',
                        () => [{ title: 'Remove this scenario', changes: [removeStatement(scenario)] }]
                    );
                }
                for (const step of humanSteps(scenario)) {
                    const tools = [...selectedTools(step.subject, inventory).keys()];
                    if (tools.length > 0 && !tools.some((tool) => toolSet(view.of(HOLDABLE, inventory)).has(tool))) {
                        view.warning(
                            'GR416',
                            step,
                            `No call of \`${termText(step.subject)}\` is ever held, so there is nothing to ${step.verb === 'approves' ? 'approve' : 'refuse'}. Write \`require approval by ${step.human?.$refText} for ${termText(step.subject)}\`.`,
                            (problem) => [
                                ...approvalsOf(step.subject.$cstNode!.text, problem, step.human.$refText),
                                { title: 'Remove this step', changes: [removeStatement(step)] }
                            ]
                        );
                    }
                }
            }
        })
    }
};

const SCENARIOS = statementsOfFile(ast.isScenario);

function humanSteps(scenario: ast.Scenario): ast.HumanStep[] {
    return scenario.steps.filter(ast.isHumanStep);
}

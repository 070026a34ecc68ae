/** The coverage for programs. Its shape is documented in docs/coverage.md and changes only with `COVERAGE_FORMAT`. */
import { withPlaces } from '../../../reports/json.js';
import type { CoverageReport, PathOf } from './report.js';
import { printedJson } from '../../../../workspace/printed-json.js';

export const COVERAGE_FORMAT = 'guardrail-coverage/1';

export function jsonCoverage({ version, exitCode, ...coverage }: CoverageReport, pathOf: PathOf): string {
    const { policies, packages, required, leftOut, cut, unnamed, unknown, unspoken } = coverage;
    const catalogues = coverage.catalogues.map(({ source, controls, ...catalogue }) => ({
        ...catalogue,
        ...(source !== undefined && { from: source }),
        controls: withPlaces(controls, pathOf)
    }));
    const data = {
        format: COVERAGE_FORMAT,
        tool: { name: 'guardrail', version },
        exitCode,
        policies,
        packages,
        required,
        leftOut,
        cut,
        catalogues,
        unnamed,
        unknown: withPlaces(unknown, pathOf),
        unspoken
    };
    return printedJson(data);
}

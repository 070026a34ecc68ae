/** GR251: an import of a package that is written for another version of the language. */
import satisfies from 'semver/functions/satisfies.js';
import { AstUtils } from 'langium';
import { version as language } from '../../package.json';
import { isPackagePath } from '../files/imports.js';
import { STD_PATH } from '../library/std.js';
import { installedPackage } from '../files/packages.js';
import type { ValidationRule } from './rule.js';

export const packageVersions: ValidationRule = {
    codes: ['GR251'],
    checks: {
        Import: async (node, report, services) => {
            const { path } = node;
            if (!isPackagePath(path) || path === STD_PATH) {
                return;
            }
            const name = path
                .split('/')
                .slice(0, path.startsWith('@') ? 2 : 1)
                .join('/');
            const files = services.shared.workspace.FileSystemProvider;
            const found = await installedPackage(name, AstUtils.getDocument(node).uri, files);
            const { engines, version } = found?.manifest ?? {};
            const range = (engines as { readonly guardrail?: unknown } | null | undefined)?.guardrail;
            if (typeof range === 'string' && !satisfies(language, range, { includePrerelease: true })) {
                const shown = typeof version === 'string' ? `${name} ${version}` : name;
                report.warning(
                    'GR251',
                    [node, 'path'],
                    `${shown} is written for guardrail ${range}, and this is ${language}. Install a matching version of one of the two.`
                );
            }
        }
    }
};

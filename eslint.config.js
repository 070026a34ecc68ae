import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
    {
        ignores: [
            '**/node_modules/',
            'dist/',
            'language/generated/',
            'test/**/fixtures/',
            'test/e2e/out/',
            '**/.cache/',
            '.vscode-test/'
        ]
    },
    js.configs.recommended,
    {
        linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' },
        rules: {
            curly: 'error',
            eqeqeq: 'error',
            'no-console': 'error'
        }
    },
    {
        files: ['**/*.{ts,tsx}'],
        extends: [tseslint.configs.recommendedTypeChecked],
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
        rules: {
            '@typescript-eslint/consistent-type-imports': 'error',
            '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
            '@typescript-eslint/no-unused-vars': [
                'error',
                { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }
            ],
            '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }]
        }
    },
    {
        // `expect.any(String)` and its like are of type any.
        files: ['test/**/*.{ts,tsx}'],
        rules: {
            '@typescript-eslint/no-unsafe-assignment': 'off',
            // A build must try the same each time: it fails for what was changed, not by chance.
            'no-restricted-syntax': [
                'error',
                {
                    selector:
                        'CallExpression[callee.object.name="fc"][callee.property.name=/^(assert|check|sample)$/]' +
                        ':not(:has(Property[key.name="seed"]))',
                    message: 'Give the random cases a seed: SEED of test/support/depth.ts.'
                }
            ]
        }
    },
    {
        // Scripts print, and run in node.
        files: ['**/*.{js,mjs}'],
        languageOptions: {
            globals: Object.fromEntries(
                [
                    'AbortController',
                    'AbortSignal',
                    'Buffer',
                    'URL',
                    'clearTimeout',
                    'console',
                    'fetch',
                    'process',
                    'setTimeout'
                ].map((name) => [name, 'readonly'])
            )
        },
        rules: { 'no-console': 'off' }
    }
);

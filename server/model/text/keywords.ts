/** Written by scripts/grammar/parts.mjs: the words of the grammar, and those that are no `Name` either. */
export const KEYWORDS: ReadonlySet<string> = new Set(
    'across after agent allow allowed always and any approval approved approves argument as assume assuming at attempted audit because before bool by bytes call caller calls canonical carries changed claim clears client command commands condition contains count date day decimal default define delegate delegates delegation denied deny distinct do domain duration end ends enter entered entity event every except extension failed fails false flow for fri from given granting group happens held hint host human implies import in initial int inventory is its label last latest leave length limit lost lower map matches may mode modes mon month most name never new no not now number of on once only or order other own pack per policy possible private program read reads redirects refused refuses released request require requires result return returns rights role root running runs same sat says scenario server session sessions signal since size some start starts stays stores string succeeded succeeds sun that the then this thu time timeout timezone to today tool tools total trait trim true trusted tue unknown unless until upper use user valid wait waits wed week when where with withheld withhold within without'.split(
        ' '
    )
);

export const NEVER_NAMES: ReadonlySet<string> = new Set('false result true'.split(' '));

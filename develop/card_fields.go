package develop

import (
	"strings"

	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// state is how far a card says something.
type state int8

const (
	absent state = iota // nothing in the card speaks of it
	empty               // there is a place for it, and nothing is written there
	filled
)

// said is what a card has on one field, with the place.
type said struct {
	state state
	line  int
	text  string // what is written there, as far as it was looked at
}

// field is something a card may say, with the words by which it may. A heading or label only opens a place; what is written
// there decides.
type field struct {
	name     string           // as a finding calls it
	headings *pattern.Pattern // of sections, of questions in bold and of labels in text and tables
	not      *pattern.Pattern // headings that look alike and open no place
	labels   *pattern.Pattern // further names of labels and keys of the front matter
	sentence *pattern.Pattern // a statement anywhere outside headings, code and tables
	unless   *pattern.Pattern // in a sentence: it says so of something else
	opening  *pattern.Pattern // a statement that counts where the card introduces its subject: the same words mean less further down
	code     *pattern.Pattern // a line of code that shows it
	needs    *pattern.Pattern // what the text of the place must hold to say anything
	title    *pattern.Pattern // a heading that says it by itself
	value    *pattern.Pattern // what stands beside one of the labels must hold this
	vague    *pattern.Pattern // what is taken off the text before, since it says nothing
	ofRows   bool             // a column of a table by this name speaks of its rows, not of what the card is about
}

// The names of the fields.
const (
	fieldCreation    = "creation"
	fieldOperation   = "operation"
	fieldLifeCycle   = "life cycle"
	fieldSources     = "training sources"
	fieldScope       = "intended use"
	fieldLimits      = "limitations"
	fieldGuardrails  = "guardrails"
	fieldRetention   = "retention time"
	fieldReview      = "review frequency"
	fieldFailures    = "failure modes"
	fieldSource      = "source"
	fieldCollection  = "collection and processing"
	fieldLicence     = "licence"
	fieldResponsible = "owner"
)

const (
	duration = `(?:\d+|one|two|three|four|five|six|seven|ten|twelve|thirty|sixty|ninety|a)[ -](?:\w+ )?(?:calendar |working )?(?:hours?|days?|weeks?|months?|years?)`
	interval = `(?i)\b(?:every (?:\d+|two|three|four|six|other)? ?\w+|each (?:release|quarter|month|year|version|retrain\w*)|(?:once|twice) (?:a|per|each|every) \w+|daily|weekly|monthly|quarterly|` +
		`(?:half-?|semi-?|bi-?)?(?:yearly|annual(?:ly)?)|semest\w*|trimest\w*|` + duration + `)\b`
)

// cardFieldTable says how cards put each field. It was tried on model and data cards of many projects.
var cardFieldTable = []field{
	{
		name: fieldCreation,
		headings: pattern.New(`(?i)\b(?:training|trained|creation|created|how (?:it|the \w+) (?:was|were) (?:made|built|trained|collected)|provenance|origins?|architecture|fine-?tun\w*|quanti[sz]\w*|conversion|` +
			`methodology|methods?|procedure|algorithm|collection|curation|generation|annotation|design principles|development|data selection|acquired|collect(?:ed)?|(?:pre-?)?processing|cleaning|label+ing|annotations?|hyper-?parameters?|(?:data|training|build|extraction|generation) pipeline|construction|constructed|measurements?|quality control|data acquisition|recipe|preparation|feature engineering|synthesis|augmentation|how (?:it|this|the \w+) (?:was|were) (?:prepared|assembled|produced|generated))\b`),
		not:    pattern.New(`(?i)\b(?:who (?:created|funded)|created (?:by|at)|purpose|training (?:time|energy|factors|greenhouse|power|data)|contact|funded|example|collection cadence|policy)\b`),
		labels: pattern.New(`(?i)^(?:(?:model )?based (?:on|from)|base[ _]models?|finetuned from.*|fine-tuned from.*|optimi[sz]er|loss|model type|type|framework|epochs?|batch size|(?:model |main |primary )?(?:family|backbone|algorithm|estimator|model trained|trained model)|(?:main|primary|final|best) model|learning rate)$`),
		sentence: pattern.New(`(?i)\b(?:(?:was|were|is|are|been|be)\s+(?:\w+\s+){0,3}(?:pre-?trained|trained|fine-?tuned|distilled|quanti[sz]ed|collected|generated|simulated|curated|scraped|annotated|hand-?crafted|hand-?written|created (?:by|from|through|with|using))|(?:generated|collected|created|written|built) (?:with|by|from|using|through)|during training|` +
			`(?:pre-?trained|trained|fine-?tuned|distilled) (?:for|from|on|with|by|at|between)|models? trained|logistic regression|random forest|gradient[- ]boost\w*|xgboost|lightgbm|catboost|naive bayes|support vector machine|isolation forest|tf-?idf|multi-?layer perceptron|convolutional (?:neural )?network|(?:converted|ported|merged|pruned|exported|derived|adapted) (?:versions? )?(?:from|of)|` +
			`(?:we|I) (?:\w+ ){0,2}?(?:pre-?trained|trained|fine-?tuned|collected|scraped|annotated|labell?ed|curated|built|generated|recorded|simulated|compiled))\b|\b\w+(?:Classifier|Regressor)\b`),
	},
	{
		name: fieldOperation,
		headings: pattern.New(`(?i)\b(?:usage|how to (?:use|run|load|get)|how do I|get(?:ting)? started|quick ?start|inference|inputs?|outputs?|deployment|serving|served|requirements?|installation|install|running|operations?|` +
			`format|schema|(?:data |required )?fields\b|data field|data instances?|(?:dataset|data|file)s? structure|composition|distribution|distributed|access|loading|download|files provided|example structure|instances|prerequisites?|how it (?:is served|runs)|(?:data |dataset )?splits?|columns|contents|(?:included|model) (?:files|artifacts)|^files|endpoints?|example (?:usage|code|output|request)|interface|data dictionary|prompt (?:format|template)|how to \w+)\b`),
		not: pattern.New(`(?i)\b(?:distributions? and|distribution shift|class distribution|usage considerations|operational feedback|inputs? res|inference time|noise|confidential|access control list|population|output format of|descriptive)\b|` +
			`when will|third parties|real[- ]world|requirements for|(?:language|causal|statistical|bayesian) inference|export controls?|intellectual property|IP[ -]|restrictions|represent|missing|label|errors`),
		labels:   pattern.New(`(?i)^(?:(?:.*[. ])?(?:features?|columns?|endpoint|runtime|hardware requirements|interface)|dataset_info\.features\..*|configs\b.*)$`),
		sentence: pattern.New(`(?i)\b(?:is|are|can be|be)\s+(?:served|loaded|run|called|accessed|downloaded|used)\s+(?:\w+\s+){0,2}(?:with|via|through|from|behind|using)\b|\b(?:served|loaded|called) by\b|\bvia the [\w ]{0,30}API\b|\brecipes for how to use\b|\x60(?:python3?|pip3?|dvc|docker|ollama|streamlit|uvicorn|make|curl|uv|hf|git|npx?) [^\x60\n]+\x60`),
		code:     pattern.New(`from_pretrained\(|load_dataset\(|pip3? install|docker run|\.predict\(|ollama run|vllm serve|curl .*https?://|(?:^|\s)python3? \S+\.py|torch\.load\(|onnxruntime|InferenceSession\(|(?:joblib|pickle)\.load\(|load_model\(|read_(?:csv|parquet)\(|hf_hub_download\(|(?:huggingface-cli|hf) download|git clone|streamlit run|uvicorn |llama-cli|mlx_lm`),
	},
	{
		name:     fieldLifeCycle,
		headings: pattern.New(`(?i)\b(?:versions?|versioning|change ?log|changes|^releases?\b|(?:model|candidate|corrected|target|current|planned|next) releases?|release (?:notes?|dates?|info\w*|cycle|schedule|plan|process|status)|(?:version|release|change|revision) history|^history$|maintenance|maintain\w*|maintenance status|life-? ?cycle|retire\w*|deprecat\w*|updates?$|^updates?|update (?:policy|plan|frequency|schedule|cycle)|will the \w+ be updated|updated|(?:weights?|model|release|project|development|deployment|card|data) status$|model dates?|retrain\w*|end of life|decommission\w*)\b`),
		not:      pattern.New(`(?i)\b(?:english-only|update policy gradient|version of the paper|weight updates?|(?:framework|python|library|software|package|dependency|driver) versions?|responsible release)\b`),
		labels:   pattern.New(`(?i)^(?:\w+[ _]){0,2}(?:version|release[ _]date|date|created(?:[ _](?:at|on))?|last[ _](?:updated|modified)|date[ _]modified|status|last[ _]trained|(?:trained|published|updated|generated)[ _](?:at|on)|snapshot|updated|released?|published|revised)$`),
		sentence: pattern.New(`(?i)(?:^|[(*\x60]|\n[-+*>\t ]*|\b(?:this|current|in|since|is|was|to|with|as|and) )(?:v\d+(?:\.\d+)+|\*{0,2}v\d+(?:\.\d+)+)|(?:^|[\s(*\[\x60])(?:version\s+(?:is\s+)?[\x60"]?(?:v?\d|[0-9a-f]{12}))|\n[>*\t -]*\d{4}-\d{2}-\d{2}[*_]*\s*(?:[—–:-]|\()|\b(?:latest|registered|initial) (?:version|release|upload)\b|\b(?:current|this) version\b|\b(?:research|early) prototype\b|\bexperimental (?:research )?(?:artifact|release)\b|\bmodel registry\b|\bpromoted (?:model|version)|\blast updated\b|\bwill be (?:\w+ )?(?:re-?trained|updated|retired|replaced)\b|\bnew versions? (?:of|will)\b|\b(?:no longer|actively|not) (?:being )?(?:maintained|updated|supported)\b|\b(?:is|was) released (?:in|on)\b|\bprototype v?\d|\b(?:models?|dataset|data set|corpus|adapter|benchmark|version|it) (?:was|were) (?:\w+ )?(?:created|trained|developed|released|published|built) (?:in|on) (?:\w+ ){0,3}?(?:\d{4}\b|\d{1,2}[./]\d)|[\s(*\x60]v\d+(?:\.\d+)* (?:checkpoints?|models?|weights|release|dataset|data)\b|\b(?:supersed(?:ed|es)|deprecated|discontinued|removal requests?|takedowns?|tombstones?|errat(?:um|a))\b`),
		title:    pattern.New(`(?i)(?:^|[\s(])v\d+\.\d+`),
		unless:   pattern.New(`(?i)\b(?:benchmarks?|results|metrics|numbers|leaderboard) will be\b`),
		value:    pattern.New(`\d|(?i)\b(?:current|active|stable|draft|alpha|beta|experimental|prototype|production|deployed|deprecated|retired|archived|frozen|final|released?|pre-?release|maintained|research|development|planned|superseded|live|run|tag(?:s|ged)?|commit|hash|registry)\b`),
	},
	{
		name:     fieldSources,
		headings: pattern.New(`(?i)^training$|\b(?:(?:pre-?)?training data(?:sets?)?|trained on|sources?|data ?sources?|datasets?|origins?|provenance|collection|fine-?tuning data|where it comes from|acquired|data|how was it made|mitigation data|used data|instances|corpus|corpora|upstream)\b`),
		not:      pattern.New(`(?i)\b(?:source code|open.source|data ?fields?|data splits?|data preprocessing|data curation rationale|evaluation data|test(?:ing)? data|sensitive|format|data privacy|data instances|dataset (?:summary|link|description)|overview|typical|atypical|uses?|limitations?|should not|purpose|errors|noise|distribut\w+|maint\w+|contact\w*|updated|why not|policy)\b|source-`),
		labels:   pattern.New(`(?i)^(?:datasets?|source[ _](?:datasets?|file)|data[ _]sources?|original[ _]data|corpus|raw data source.*)$`),
		sentence: pattern.New(`(?:[Tt]rained|[Ff]ine-?tuned|[Pp]re-?trained|FINE-TUNED|built|retrained)\s+(?:\w+\s+){0,4}?(?:on|over|from|with)\s+(?:the\s+|an?\s+|subsets?\s+of\s+)*(?:\[|\*{0,2}[A-Z][A-Za-z]*[A-Z\d-][\w-]*|(?:[A-Z][\w-]+\s+){1,4}(?:data ?sets?|[Dd]ata|[Cc]orpus|[Rr]eviews|[Cc]ensus|[Dd]atabase))|` +
			`\b(?:[Dd]ata(?: ?sets?)?|[Cc]orpus|[Ii]mages|[Tt]exts|[Rr]ecords|[Ss]amples|[Aa]rtifacts|[Ss]entences|[Aa]rticles)\s+(?:\w+\s+){0,3}?(?:derived|sourced|obtained|downloaded|collected|scraped|sampled|extracted|compiled|exported|drawn|taken|provided)\s+(?:from|by)\s+(?:the\s+|an?\s+)?(?:\[|\*{0,2}[A-Z]{2}|\*{0,2}[A-Z]\w+)`),
		needs: pattern.New(`(?i:\b(?:from|sourced|sources? (?:is|are|was|were|of)|collected|exported|extracted|sampled|scraped|recorded|obtained|taken|derived|drawn|mined|downloaded|census|corpus|synthetic(?:ally)? (?:created|generated|by)|synthetic (?:\w+ ){0,3}(?:data ?sets?|samples|records|data)|hand-?(?:crafted|written)|written by|closed in|tickets?|logs of)\b)|\b(?:UCI|Kaggle|OpenML|ImageNet|COCO|LAION|Common ?Crawl|Wikipedia|Hugging ?Face|MNIST|CIFAR|Objaverse|The Pile|LibriSpeech|Common Voice|Zenodo|PhysioNet|MIMIC)\b|` +
			`(?:[A-Z][\w-]+\s+)+(?:data ?sets?|[Cc]ensus|[Cc]ompetition|[Rr]eviews|[Cc]orpus|Survey|Registry|Archives?|Repository|Challenge|Portal|Database)\b|(?m:^[^\pL\n]*(?:[A-Z][\w.'-]*\s+){1,5}(?:[—–(]|-\s))|\b[A-Z]{3,}[\w-]*\s+\((?:[A-Z]\w+\s+){1,6}|\b[Dd]ataset:|https?://\S+|\x60[\w./-]+\.(?:jsonl?|csv|tsv|parquet)\x60`),
		vague: pattern.New(`(?i)\b(?:the|this|our|each|all|these) (?:[a-z]+ )?(?:data ?sets?|corpus|census|database)\b|(?:a (?:new )?mix of |data (?:from|of) |tokens of data from |various |from )?(?:publicly|freely|openly)[ -]available (?:online )?(?:data|sources|instruction datasets|information|text)|(?:collected |taken |scraped )?(?:from )?(?:the )?(?:public )?(?:internet|web)\b(?: data)?|` +
			`https?://\S*arxiv\.org\S*|(?:data )?from our vendors|synthetically generated examples|public web data|various sources|[^.\n]*\b(?:not documented|undocumented|(?:is|are) unknown|not known)\b[^.\n]*`),
	},
	{
		name:     fieldScope,
		ofRows:   true,
		headings: pattern.New(`(?i)\b(?:intended (?:\w+ )?(?:uses?|users?|scope|purpose)|(?:direct|downstream|model|primary|suitable|dataset|evaluated) use(?:\(s\)|s)?|use cases?|^uses?$|^uses?\b|(?:project|model|use|usage) scope|scope of (?:use|application)|purposes?|what it is for|motivations?|supported tasks?|applications?|goals?|objectives?|intended|tasks could|(?:what|who) (?:it|this|the \w+) (?:predicts?|does|solves?|is for)|problem (?:this|it|the \w+) solves|problem statement|responsible use|why (?:this|the|we built|i built)|recommended (?:uses?|applications?)|^(?:\w+ )?tasks?$|applications?)\b`),
		not:      pattern.New(`(?i)out[- ]of[- ]scope|unsuitable|not recommended|not intended|not suitable|should not|prohibited|motivating factor|should it not`),
		labels:   pattern.New(`(?i)^(?:intended use|purpose|use cases?|primary (?:use|uses)|goal|task|primary direction)$`),
		sentence: pattern.New(`(?i)\b(?:is|are|was|were)\s+(?:\w+\s+){0,2}?(?:intended|designed|meant|developed|built|created|provided)\b[^.!?]{0,80}?\s(?:for|to)\s|\bfor (?:academic |non-commercial )?(?:research|educational) purposes\b|\b(?:aims?|goal is|objective is|is used) to (?:predict|classify|detect|answer|estimate|\w+)\b|\bthis model predicts\b|\b(?:models?|dataset|adapter|classifier) (?:for|to) (?:predict|detect|classif|recogni|generat|estimat|translat|rank|order)\w*|\bdataset (?:contains|combines)[^.]{0,120}\bfor (?:fine-tuning|training|research)\b|\b(?:starting point|baseline|tool|test ?bed) for \w+|\b(?:can|could|may|should|is best|best) (?:also )?(?:be )?used (?:for|to|by)\b|\b(?:is|are) (?:\w+ )?suit(?:ed|able) (?:for|to)\b|(?:^|[.!>*] |\n)(?:designed|built|intended|made|created) (?:to|for)\b|\bso (?:that )?[\w ]{0,40}(?:users|consumers|researchers|developers|teams) can\b`),
		opening: pattern.New(`(?i)\bfor (?:(?:the|an?|use|its|[\w/-]+) ){0,5}?(?:[a-z]{3,}ing|\w+(?:tion|sis|ment)s?|research\w*|use|tasks?|traffic|games?|agents?|search|discovery|applications?|assistance|\w+ers)\b|` +
			`\bto (?:support|enable|help|assist|fix|solve|predict|classify|detect|identify|generate|answer|estimate|evaluate|measure|study|analy[sz]e|recommend|rank|translate|transcribe|extract|distinguish|segment|summari[sz]e|train|test|teach|improve|automate|serve|route|verify)\b|` +
			`\b(?:that|which|models?|system|classifier|adapter|it|and) (?:predicts?|classif(?:y|ies)|detects?|identif(?:y|ies)|distinguish(?:es)?|recommends?|estimates?|ranks?|translates?|transcribes?|routes?|powers?|forecasts?|segments?|suggests?|explores?|enabl(?:es|ing))\b`),
		unless: pattern.New(`(?i)\bcode ?base\b|\barxiv\.org|\b(?:malicious|abus\w+|harass\w*|fraudulent|unlawful|must not|should not|not be used)\b`),
	},
	{
		name:     fieldLimits,
		headings: pattern.New(`(?i)\b(?:limitations?|limits|limitation\(s\)|out[- ]of[- ]scope|known issues?|weakness\w*|bias(?:es)?|caveats?|caveat\(s\)|risks?|misuse|unsuitable|not suitable|should not be used|should it not be used|shortcomings|known problems|sources of noise|impact future uses|what (?:it|this|the \w+) (?:cannot|can't|is not|isn't|does not|doesn't)|what this \w+ is not|edge cases|cautions?|non-goals?|not (?:for|intended|recommended)|threats to validity|discouraged|prohibited uses?)\b`),
		not:      pattern.New(`(?i)\b(?:risk (?:score|class|prediction|management|type)|credit risk|defasagem risk|critical risks?)\b`),
		labels:   pattern.New(`(?i)^(?:limitations?|out[- ]of[- ]scope.*|bias|caveats?|known issues)$`),
		sentence: pattern.New(`(?i)\b(?:not (?:intended|suitable|designed|advised|recommended) (?:for|to)|does not (?:work|generalis|generaliz|perform) |is limited to|are limited to|unfit for|may not (?:generali[sz]e|represent|reflect|be representative)|not representative of|not approved for|must not (?:be|replace|rely|use)|cannot be used|always (?:verify|check)|reference only|not production[- ]ready|should not be (?:used|relied|treated)|(?:may|might|could) (?:\w+ )?(?:be|contain|include|have) (?:\w+ ){0,2}?(?:errors?|erroneous|nois[ey]\w*|inaccura\w+|bias\w*|incorrect|incomplete|mistakes)|not (?:been )?(?:a substitute|a replacement|validated|calibrated|exhaustive|production[- ]\w+)|(?:medical|legal|financial|investment) advice|no humans?\b[^.!?]{0,30}\b(?:involved|review\w*|check\w*))\b|KHÔNG phù hợp`),
	},
	{
		name:     fieldGuardrails,
		headings: pattern.New(`(?i)\b(?:guard-?rails?|safeguards?|safety (?:measures?|mitigations?|filters?|controls?)|(?:responsibility|responsibilities) (?:&|and) safety|content (?:filters?|moderation)|moderation|refusals?|input filters?|output filters?|system protections|abuse prevention|protections?|(?:required|safety|risk) controls)\b|^(?:safety|mitigations)$`),
		not:      pattern.New(`(?i)data protection|protection impact`),
		labels:   pattern.New(`(?i)^(?:guard-?rails?|safeguards?|filters?)$`),
		sentence: pattern.New(`(?i)\b(?:guard-?rails?|safeguards?|content filters?|moderation (?:endpoint|filter|layer|model|api)|anti-\w+ gate|(?:input|output|prompt)s? (?:is|are) (?:filtered|checked|screened|blocked)|revoke access|(?:is|are|be|been|was|were) (?:\w+ )?redacted|redacts|(?:to|is|are|in) quarantined?\b|fail[- ]closed|abstain(?:s|ing)?\b|abstention (?:mechanism|threshold|policy|behaviou?r|rule)|default(?:s|ing)? to (?:neutral|unknown|human|abstain\w*|refus\w+)|(?:neutral|safe|human|rule-based) fallback|only after (?:human|manual) (?:review|approval)|human escalation|escalat\w+ to (?:a )?human|human[- ]in[- ]the[- ]loop|instead of forcing an? \w+|safety (?:classifiers?|checkers?|layers?|filters?)|llama guard|input validation|(?:is|are) rate[- ]limited\b|(?:toxicity|nsfw|profanity|pii) (?:filter|scrub)\w*|` +
			`(?:human|manual) (?:review|approval) (?:is |are )?(?:required|mandatory)|requires? (?:human|manual) (?:review|approval)|refus(?:es?|ed) (?:to (?:answer|respond|act|comply|generate|produce)|(?:\w+ )?(?:requests|questions|prompts|topics))|(?:requests?|prompts?|quer(?:y|ies)|questions?|inputs?|outputs?|answers?|responses?|content|messages?|calls?|users?|attacks?) (?:\w+ ){0,3}?(?:is|are) blocked|` +
			`report (?:harmful|abusive|illegal|inappropriate) (?:\w+ )?\w+)`),
		unless: pattern.New(`(?i)\b(?:should|responsible for|recommend\w*|must add|need(?:s|ed)? to|consider adding|without|no (?:guard-?rails?|manual|human|safety|content|\w+ filter\w*)|as required|not reported?|does not report|not specified)\b`),
	},
	{
		name:     fieldRetention,
		headings: pattern.New(`(?i)\b(?:retention|retained|how long|deletion|wipeout|storage period|kept)\b`),
		labels:   pattern.New(`(?i)^(?:retention(?: time| period)?|kept(?: for)?|deleted after)$`),
		sentence: pattern.New(`(?i)\b(?:kept|retained|retain|stored|deleted|erased|removed|archived|purged|expires?)\b[^.!?]{0,80}?\b(?:for|after|within|until|at most|no longer than)\s+(?:at most\s+)?` + duration),
		needs:    pattern.New(`(?i)\b` + duration + `\b|\b\d{4}-\d{2}-\d{2}\b|\buntil (?:the |its )?(?:model|system|next|release|retire|owner|contract|decommission)\w*`),
	},
	{
		name:     fieldReview,
		headings: pattern.New(`(?i)\b(?:review (?:frequency|cycle|interval|schedule|dates?|cadence|period)|next review|^reviewed\b|^reviews?$|review every|(?:update|re-?train(?:ing)?|re-?evaluation) (?:frequency|schedule|cadence)|threshold review)\b`),
		not:      pattern.New(`(?i)\b(?:ethical review|review process\w*|movie|manual review|code review|reviewed by|label|reviewers?|peer)\b`),
		labels:   pattern.New(`(?i)^(?:review(?:s|ed)?(?: (?:frequency|every|interval|cycle))?|next review|last review(?:ed)?)$`),
		sentence: pattern.New(`(?i)\b(?:review|reviewed|reviews|re-?evaluated|re-?assessed|re-?validated)\b[^.!?]{0,60}?\b(?:every|once|twice|each (?:quarter|month|year|release)|monthly|quarterly|yearly|annually|after each)\b|\b(?:monthly|quarterly|yearly|annual|half-yearly) review`),
		needs:    pattern.New(interval + `|\b(?i:próxim|after each|após cada|cada)\b|\b\d{4}-\d{2}-\d{2}\b`),
	},
	{
		name:     fieldFailures,
		headings: pattern.New(`(?i)\b(?:failures?|failure modes?|fails?|known errors|(?:common|typical) errors|error (?:analysis|modes?|cases|patterns)|misclassifications?|hallucinat\w*|how it fails|where it fails|(?:may |can )?struggles? (?:with|to|on)|when it (?:fails|goes wrong)|goes wrong)\b`),
		labels:   pattern.New(`(?i)^(?:failure modes?|known failures?)$`),
		sentence: pattern.New(`(?i)\bhallucinat\w+|\bfails? (?:to|when|on|if|for)\b|\bfalse (?:positives?|negatives?)\b|\bincorrectly\b|\binaccurate\b|\bmis-?(?:classif|recogni|transcrib|label|identif|rout|rank|interpret|predict|count|categori|translat|read|match)\w+|(?:hard|harder|difficult) to (?:detect|classify|recogni[sz]e|distinguish|identify)|fabricat(?:es?|ed|ions?)\b|\bincoheren\w+|\bgarbled\b|\b(?:over|under)-?(?:predict|estimat|confiden|segment|count)\w+|\b(?:produc|generat|return|output|lead(?:s|ing)? to|result(?:s|ing)? in)\w* (?:\w+ ){0,3}?(?:incorrect|wrong|false|erroneous|invalid|implausible|toxic|offensive|objectionable)\b|\bfalse alarms?\b|\b(?:may|might|can|sometimes|often) confuses?\b|\b(?:can|may) drift|\bwrongly\b|\bdegrad(?:es?|ed)\b|\bunrealistic\b|` +
			`\brepetiti(?:ve|on)\b|\brepeat themselves\b|\bnon-?sequitur\b|\bcannot render\b|\bnot be generated properly\b|\bnonsens\w+|\bcontradicts?\b|\bconfus(?:es|ed) with\b|\binvents? \w+|\bstruggles? (?:with|to)\b|\bcollapses?\b|\bbreaks? down\b`),
		unless: pattern.New(`(?i)\bfalse (?:positive|negative)(?:/negative)? rates?: (?:low|high)|\bnot an? false\b|\b(?:ensure|expected to|to reduce|import\w*|less likely|consequences)\b`),
	},
	{
		name:     fieldSource,
		headings: pattern.New(`(?i)\b(?:sources?|origins?|provenance|(?:data )?collection|where it comes from|acquired|instances|homepage|generation)\b`),
		not:      pattern.New(`(?i)\b(?:source code|open.source|producers|missing|sources of noise)\b`),
		labels:   pattern.New(`(?i)^(?:source(?:s|[ _](?:datasets?|file|url))?|origin|url|homepage|data source)$`),
		sentence: pattern.New(`(?i)\b(?:was|were|is|are)\s+(?:\w+\s+){0,3}(?:collected|exported|extracted|sampled|scraped|recorded|obtained|taken|derived|drawn|downloaded|generated|created|hand-?crafted|hand-?written)\b`),
		needs:    pattern.New(`\pL{3}`),
		vague:    pattern.New(`(?i)^\W*(?:(?:this|the) data (?:is|was|were|are) )?(?:(?:publicly|freely|openly)[ -]available(?: online)? (?:data|sources)|(?:data )?(?:collected |taken |scraped )?(?:from )?(?:the )?(?:public )?(?:internet|web)(?: data)?|public data|various sources|different sources|online)\W*$`),
	},
	{
		name:     fieldCollection,
		headings: pattern.New(`(?i)\b(?:collection|processing|pre-?process\w*|creation|curation|cleaning|annotations?|labell?ing|how (?:it|they) (?:was|were) (?:made|collected)|methods?|methodology|generation|sampling|normali[sz]ation|acquired|collected)\b`),
		labels:   pattern.New(`(?i)^(?:collection|processing|pre-?processing|cleaning|method|annotation)$`),
		sentence: pattern.New(`(?i)\b(?:was|were|is|are|been)\s+(?:\w+\s+){0,3}(?:collected|exported|extracted|sampled|scraped|recorded|removed|filtered|annotated|labell?ed|cleaned|de-?duplicated|normali[sz]ed|generated|hand-?crafted|hand-?written|anonymi[sz]ed)\b`),
	},
	{
		name:     fieldLicence,
		headings: pattern.New(`(?i)\b(?:licen[cs]\w*|terms of use|rights|legal|copyright|internal use)\b`),
		labels:   pattern.New(`(?i)^licen[cs]es?(?:[ _](?:name|link|url))?$`),
		sentence: pattern.New(`(?i)\b(?:is|are|be|was|released|distributed|available|licen[cs]ed)\s+(?:\w+\s+){0,4}under\s+(?:the |an? |terms )|\b(?:CC[- ](?:BY|0)|MIT|Apache|GPL)\b[- \w.]{0,20}licen[cs]e|\binternal use only\b`),
	},
	{
		name:     fieldResponsible,
		headings: pattern.New(`(?i)\b(?:owners?|owned|maintainers?|maintaining|contact\w*|curators?|responsible|stewards?|authors?|custodian|created the dataset|who created|who maintains)\b`),
		labels:   pattern.New(`(?i)^(?:owners?|maintainers?|contact|curators?|(?:data )?stewards?|authors?|custodian|curated by|created by|developed by)$`),
		sentence: pattern.New(`(?i)\b(?:maintained|owned|curated|created|collected) by\s+(?:the\s+)?\S`),
	},
}

// fieldNamed finds a field of the table.
func fieldNamed(name string) field {
	for _, f := range cardFieldTable {
		if f.name == name {
			return f
		}
	}
	panic("there is no field of cards called " + name)
}

// cardFields says what a document has on each of the fields that are asked for.
func cardFields(d document.Document, names ...string) map[string]said {
	c := newCardText(d)
	out := map[string]said{}
	for _, name := range names {
		out[name] = c.says(fieldNamed(name))
	}
	return out
}

// says looks for the field in the front matter, in labels and tables, under headings and questions, and in the text.
func (c *cardText) says(f field) said {
	best := said{}
	better := func(s said) bool {
		if s.state > best.state {
			best = s
		}
		return best.state == filled
	}
	for _, l := range c.labels {
		if s, ok := f.beside(l); ok && better(s) {
			return best
		}
	}
	for _, l := range c.columns {
		if s, ok := f.beside(l); ok && !f.ofRows && better(s) {
			return best
		}
	}
	for _, p := range c.places {
		if matches(f.title, p.heading) {
			return said{filled, p.line, p.heading}
		}
	}
	for i, p := range c.places {
		if f.opens(p.heading) && better(c.place(f, i)) {
			return best
		}
	}
	better(c.sentence(f))
	return best
}

// beside judges what stands beside a label, if the label is one of the field.
func (f field) beside(l document.Label) (said, bool) {
	name := strings.TrimSpace(l.Name)
	label, heading := matches(f.labels, name), f.opens(name)
	if !label && !heading {
		return said{}, false
	}
	s := said{empty, l.Line, l.Value}
	switch {
	case !l.Filled || !f.enoughValue(l.Value):
	case label && f.value != nil && !f.value.MatchString(l.Value):
	case !label && f.value == nil && score.MatchString(l.Value): // "Safety: 100 %" is a result of a test
	default:
		s.state = filled
	}
	return s, true
}

// score is a value that is only a number.
var score = pattern.New(`^[\s~±<>≈]*\d[\d.,]*\s*%?$`)

// opens says whether a heading or label is one under which the field is said.
func (f field) opens(heading string) bool {
	return heading != "" && matches(f.headings, heading) && !matches(f.not, heading)
}

// enough says whether the text of a place holds what the field asks for.
func (f field) enough(text string) bool {
	if left := pointer.ReplaceAllString(text, " "); left != text && len(strings.Fields(left)) < 4 {
		return false // it only says where to look
	}
	if left := unsaid.ReplaceAllString(text, " "); left != text && !nameLike.MatchString(left) {
		return false
	}
	if f.vague != nil {
		text = f.vague.ReplaceAllString(text, " ")
	}
	return f.needs == nil || f.needs.MatchString(text)
}

// pointer is a picture, or a sentence that sends the reader elsewhere.
var pointer = pattern.New(`(?i)!\[[^\]]*\]\([^)]*\)|(?:please )?\b(?:see|refer to) (?:the|our|its|this) (?:\w+ )?(?:paper|code|repository|repo|website|homepage|article)\b[^.\n]*\.?`)

// unsaid is a sentence by which a card leaves something open.
var unsaid = pattern.New(`(?im)^[\s>*_-]*(?:(?:this|it|that|they) (?:is|was|are|were) )?(?:not|nothing|none) (?:yet |currently |explicitly )?(?:specified|stated|reported|documented|provided|available|applicable|described|disclosed|known|planned|implemented|determined)\b[^.\n]*\.?`)

// enoughValue is enough for what stands beside a label, where a short name needs no sentence around it.
func (f field) enoughValue(value string) bool {
	if f.name == fieldSources && len(strings.Fields(value)) <= 12 {
		return nameLike.MatchString(f.vague.ReplaceAllString(value, " "))
	}
	return f.enough(value)
}

var nameLike = pattern.New(`\pL{3}`)

func matches(re *pattern.Pattern, text string) bool { return re != nil && re.MatchString(text) }

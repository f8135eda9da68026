import type { MoveVerb } from './move.schema.js';

/** The words by which a task's text is read, per language. */
export interface TaskWords {
  /** Form as it stands in a task → what it asks for, and the form that follows "Before you …". */
  readonly verbs: ReadonlyMap<string, { readonly verb: MoveVerb; readonly bare: string }>;
  readonly products: ReadonlySet<string>;
  readonly items: ReadonlySet<string>;
  readonly numbers: ReadonlyMap<string, number>;
  readonly articles: ReadonlySet<string>;
  /** Words between a product and its topic ("a poster about …"). */
  readonly about: ReadonlySet<string>;
  /** Words at which the phrase after a verb ends. */
  readonly stops: ReadonlySet<string>;
  /** "in a paragraph": these end a phrase where a product follows. */
  readonly inForm: ReadonlySet<string>;
  readonly joins: ReadonlySet<string>;
  /** An adjective behind its noun; in English none. */
  readonly adjectiveFollows: RegExp;
  /** Words that say nothing about the topic. */
  readonly common: ReadonlySet<string>;
  readonly fallback: {
    readonly task: string;
    readonly topic: string;
    readonly items: string;
    readonly product: string;
  };
}

const setOf = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

function numbersOf(text: string): ReadonlyMap<string, number> {
  return new Map(
    text
      .trim()
      .split(/\s+/)
      .map((pair) => {
        const [word = '', value = '0'] = pair.split('=');
        return [word, Number(value)] as const;
      }),
  );
}

/** Lines of `verb: form form …`; English forms are already bare. */
function english(lines: string): TaskWords['verbs'] {
  const verbs = new Map<string, { verb: MoveVerb; bare: string }>();
  for (const line of lines.trim().split('\n')) {
    const [verb = '', forms = ''] = line.trim().split(':');
    for (const form of forms.trim().split(/\s+/))
      verbs.set(form, { verb: verb as MoveVerb, bare: form });
  }
  return verbs;
}

/** Lines of `verb: infinitive=form,form …`. */
function spanish(lines: string): TaskWords['verbs'] {
  const verbs = new Map<string, { verb: MoveVerb; bare: string }>();
  for (const line of lines.trim().split('\n')) {
    const [verb = '', entries = ''] = line.trim().split(':');
    for (const entry of entries.trim().split(/\s+/)) {
      const [bare = '', forms = ''] = entry.split('=');
      for (const form of [bare, ...forms.split(',')])
        verbs.set(form, { verb: verb as MoveVerb, bare });
    }
  }
  return verbs;
}

export const ENGLISH_TASK: TaskWords = {
  verbs: english(`
    explain: explain clarify
    describe: describe outline identify name list label define
    compare: compare contrast distinguish classify sort
    solve: solve calculate compute simplify evaluate factor graph find prove determine
    design: design build plan engineer program code
    analyse: analyse analyze examine interpret annotate
    write: write compose draft journal
    investigate: investigate research explore observe measure test experiment discover
    read: read watch listen review study
    create: create make draw paint illustrate produce invent
    argue: argue justify defend persuade debate discuss support
    summarise: summarise summarize retell paraphrase
    evaluate: assess judge critique rate
    present: present perform demonstrate
    practise: practise practice complete rehearse
    answer: answer respond show check
    translate: translate conjugate
  `),
  products: setOf(
    'paragraph essay poster report diagram table graph letter story poem speech presentation slideshow video podcast model map timeline comic summary answer article brochure chart drawing song script dialogue review recipe proposal app program website infographic journal sentence paragraphs sentences',
  ),
  items: setOf(
    'problems questions exercises items examples equations sums sentences words paragraphs pages sources facts graphs fractions expressions inequalities tasks steps verbs lines experiments passages texts poems shapes angles reasons',
  ),
  numbers: numbersOf(
    'two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 fifteen=15 twenty=20 thirty=30',
  ),
  articles: setOf('a an the your one this these our'),
  about: setOf(
    'about on of showing explaining describing comparing arguing that which to telling illustrating for how why',
  ),
  stops: setOf('using by before after until unless while because then so when if as during'),
  adjectiveFollows: /^$(?!)/,
  inForm: setOf('in as with'),
  joins: setOf(
    'and then or to please also you will must should can students we have need now first next',
  ),
  common: setOf(
    'about above after again against because before being below between both could doing down during each every first following from further have having here into itself just like more most must need next once only other over please should some such than that their them then there these they this those through together under until using very want were what when where which while will with within without would your yours answer answers question questions problem problems work page pages class student students teacher today tomorrow minutes points least sentence sentences paragraph paragraphs complete sure include including showing explain write show different various many several important example examples word words',
  ),
  fallback: {
    task: 'do this task',
    topic: 'this topic',
    items: 'questions',
    product: 'work',
  },
};

export const SPANISH_TASK: TaskWords = {
  verbs: spanish(`
    explain: explicar=explica,explique,expliquen,explicad,explicamos aclarar=aclara,aclare
    describe: describir=describe,describa,describan,describid identificar=identifica,identifique,identifiquen nombrar=nombra,nombre,nombren enumerar=enumera,enumere definir=define,defina,definan
    compare: comparar=compara,compare,comparen,comparad contrastar=contrasta,contraste clasificar=clasifica,clasifique,clasifiquen distinguir=distingue,distinga
    solve: resolver=resuelve,resuelva,resuelvan,resolved calcular=calcula,calcule,calculen simplificar=simplifica,simplifique hallar=halla,halle encontrar=encuentra,encuentre demostrar=demuestra,demuestre
    design: diseñar=diseña,diseñe,diseñen construir=construye,construya planear=planea planificar=planifica,planifique programar=programa,programe
    analyse: analizar=analiza,analice,analicen,analizad examinar=examina,examine interpretar=interpreta,interprete
    write: escribir=escribe,escriba,escriban,escribid redactar=redacta,redacte,redacten componer=compón,componga
    investigate: investigar=investiga,investigue,investiguen explorar=explora,explore observar=observa,observe,observen medir=mide,mida experimentar=experimenta averiguar=averigua,averigüe
    read: leer=lee,lea,lean,leed mirar=mira,mire ver=ve,vea escuchar=escucha,escuche,escuchen estudiar=estudia,estudie repasar=repasa,repase
    create: crear=crea,cree,creen hacer=haz,haga,hagan dibujar=dibuja,dibuje,dibujen ilustrar=ilustra,ilustre inventar=inventa,invente elaborar=elabora,elabore
    argue: argumentar=argumenta,argumente,argumenten justificar=justifica,justifique defender=defiende,defienda,defiendan debatir=debate,debata discutir=discute
    summarise: resumir=resume,resuma,resuman
    evaluate: evaluar=evalúa,evalúe valorar=valora,valore juzgar=juzga,juzgue criticar=critica
    present: presentar=presenta,presente,presenten exponer=expón,exponga representar=representa,represente mostrar=muestra,muestre
    practise: practicar=practica,practique completar=completa,complete,completen
    answer: responder=responde,responda,respondan contestar=contesta,conteste,contesten
    translate: traducir=traduce,traduzca,traduzcan conjugar=conjuga,conjugue
  `),
  products: setOf(
    'párrafo ensayo cartel informe diagrama tabla gráfica carta cuento poema discurso presentación video vídeo pódcast modelo maqueta mapa cómic resumen respuesta artículo folleto dibujo canción guion diálogo reseña receta propuesta programa infografía diario texto redacción historia póster párrafos oraciones frases',
  ),
  items: setOf(
    'problemas preguntas ejercicios ejemplos ecuaciones sumas oraciones frases palabras párrafos páginas fuentes datos gráficas fracciones expresiones tareas pasos verbos líneas experimentos textos poemas figuras ángulos razones',
  ),
  numbers: numbersOf(
    'dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 once=11 doce=12 quince=15 veinte=20 treinta=30',
  ),
  articles: setOf('un una el la los las tu su este esta nuestro nuestra'),
  about: setOf('sobre de que para acerca explicando mostrando describiendo comparando'),
  stops: setOf(
    'usando utilizando mediante antes después hasta mientras luego cuando si según durante empleando',
  ),
  adjectiveFollows: /^\p{L}{4,}(?:es|as|os)$/u,
  inForm: setOf('en como con'),
  joins: setOf(
    'y e o luego después también a para debes debe deben primero ahora por favor hay tienes vas',
  ),
  common: setOf(
    'sobre entre desde hasta cuando donde porque también después antes durante según para como cada todos todas otro otra otros otras este esta estos estas esos esas aquel aquella usando utilizando mediante debes debe deben puede pueden tiene tienen haber hacer respuesta respuestas pregunta preguntas problema problemas trabajo página páginas clase estudiante estudiantes maestra maestro profesor profesora minutos puntos menos oración oraciones frase frases párrafo párrafos completa incluye explica escribe muestra diferente diferentes varios varias muchos muchas importante ejemplo ejemplos palabra palabras',
  ),
  fallback: {
    task: 'hacer esta tarea',
    topic: 'este tema',
    items: 'ejercicios',
    product: 'trabajo',
  },
};

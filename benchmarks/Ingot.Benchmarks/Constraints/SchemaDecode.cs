using System.Globalization;
using Ingot.Benchmarks.EndToEnd;
using Ingot.Benchmarks.Measuring;
using Ingot.Engine;
using Ingot.Engine.ModelFolders;
using Ingot.Text.Constraints;
using Ingot.Text.Tokenizers;

namespace Ingot.Benchmarks.Constraints;

/// <summary>
/// The <c>schema-decode &lt;folder with tokenizer.json&gt; [&lt;model folder&gt;]</c> mode: how fast answers come with a schema and
/// without one, in turns, for one stream and for eight. The schema goes on for ever, so both have the same number of tokens; first
/// each token costs a step of the model, as without a schema, and then those that must come are taken without one.
/// </summary>
internal static class SchemaDecode
{
    private const int Pairs = 5;
    private const int PromptTokens = 64;
    private const int AnswerTokens = 64;

    private const string Schema = """
        {"type":"array","minItems":5000,"items":{"type":"object","properties":{
          "title":{"type":"string","minLength":5,"maxLength":40},
          "kind":{"enum":["new","used","broken","refurbished"]},
          "price":{"type":"number","minimum":0,"maximum":10000},
          "count":{"type":"integer","multipleOf":5,"minimum":0},
          "sold":{"type":["string","null"],"format":"date"},
          "tags":{"type":"array","items":{"type":"string","maxLength":12},"minItems":1,"maxItems":4},
          "code":{"type":"string","pattern":"^[A-Z]{2}-[0-9]{4,6}$"}
        },"required":["title","kind","price","count","sold","tags","code"],"additionalProperties":false}}
        """;

    /// <summary>Measures and prints.</summary>
    public static async Task PrintAsync(string[] arguments)
    {
        if (arguments.Length == 0)
            throw new ArgumentException("schema-decode needs a folder with a tokenizer.json.", nameof(arguments));
        Tokenizer tokenizer = Tokenizer.Load(arguments[0]);
        ModelFolder folder = ModelFolder.Open(arguments.Length > 1 ? arguments[1] : BenchmarkModel.Folder());
        var vocabulary = ConstraintVocabulary.Create(tokenizer, folder.Config.EndOfSequenceIds, folder.Config.VocabularySize);
        // Plain: guesses of what comes next would help the two unequally.
        using InferenceEngine engine = BenchmarkEngine.Load(folder.Path, BenchmarkEngine.Plain with { MaxSequences = 8 });
        var measure = new Measurement(engine);
        await measure.AnswerAsync(PromptTokens, AnswerTokens, 1);
        Console.WriteLine($"{Environment.ProcessorCount} threads; {AnswerTokens} tokens of an answer, {Pairs} pairs of rounds in turns, medians");
        foreach (int together in new[] { 1, 8 })
        {
            await CompareAsync(engine, measure, vocabulary, together, isForcing: false);
            await CompareAsync(engine, measure, vocabulary, together, isForcing: true);
        }
    }

    private static async Task CompareAsync(InferenceEngine engine, Measurement measure, ConstraintVocabulary vocabulary, int together, bool isForcing)
    {
        List<double> ratios = [], without = [], with = [], choosingWithout = [], choosingWith = [];
        var times = new MaskTimes();
        for (int pair = 0; pair < Pairs; pair++)
        {
            // A new constraint knows nothing of its masks: each round is a schema's first.
            var constraint = new TokenConstraint(CompiledGrammar.Compile(SchemaScenarios.Compile(Schema)), vocabulary);
            double Free() => Run(null, choosingWithout);
            double Held() => Run(() => new MeasuredConstraint(constraint.Start(), times, isForcing), choosingWith);
            bool isFreeFirst = pair % 2 == 0;
            double first = isFreeFirst ? Free() : Held();
            double second = isFreeFirst ? Held() : Free();
            without.Add(isFreeFirst ? first : second);
            with.Add(isFreeFirst ? second : first);
            ratios.Add(with[^1] / without[^1]);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{together} stream{(together > 1 ? "s" : "")}, {(isForcing ? "tokens that must come without a step" : "a step for each token")}: {Spread.At(without, 0.5):F1} tokens/s without, {Spread.At(with, 0.5):F1} with; of pairs {100 * Spread.At(ratios, 0.5):F1} % ({100 * ratios.Min():F0} to {100 * ratios.Max():F0})"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"    choosing a step's tokens: {Spread.At(choosingWithout, 0.5):F0} µs without, {Spread.At(choosingWith, 0.5):F0} with; masks between steps: median {Spread.At(times.Between, 0.5):F1} µs, 99 % {Spread.At(times.Between, 0.99):F0}, max {times.Between.Max():F0}; made beside steps: {times.Beside.Count} of {times.Between.Count}, median {Spread.At(times.Beside, 0.5):F0} µs, max {Spread.At(times.Beside, 1):F0}; {times.Forced} tokens forced"));

        double Run(Func<ITokenConstraint>? make, List<double> choosing)
        {
            EngineStatistics before = engine.Statistics;
            double speed = measure.AnswerAsync(PromptTokens, AnswerTokens, together, make).GetAwaiter().GetResult().TokensPerSecond;
            EngineStatistics after = engine.Statistics;
            choosing.Add((after.SamplingTime - before.SamplingTime).TotalMicroseconds / (after.Steps - before.Steps));
            return speed;
        }
    }
}

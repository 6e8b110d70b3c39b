using System.Diagnostics;
using System.Globalization;
using System.Text;
using Ingot.Text.Constraints;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Tokenizers;

namespace Ingot.Benchmarks.Constraints;

/// <summary>
/// The <c>constraints</c> mode: what a token under a grammar costs. Each text is followed token by token, many times over with
/// nothing known before; a step counts with the least it took, so that the neighbours of a shared machine are not measured.
/// <c>constraints &lt;folder&gt;</c> measures on that folder's tokenizer instead of a made-up vocabulary.
/// </summary>
internal static class ConstraintReport
{
    private const int Rounds = 15;

    /// <summary>Measures and prints.</summary>
    public static void Print(string[] arguments)
    {
        Tokenizer? tokenizer = arguments.Length > 0 ? Tokenizer.Load(arguments[0]) : null;
        List<ReadOnlyMemory<byte>> tokens = tokenizer is null ? SyntheticVocabulary.Make() : [];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long started = Stopwatch.GetTimestamp();
        ConstraintVocabulary vocabulary = tokenizer is null
            ? ConstraintVocabulary.Create(tokens, [SyntheticVocabulary.End])
            : ConstraintVocabulary.Create(tokenizer, [tokenizer.FindToken("<|im_end|>") ?? 0], SyntheticVocabulary.Size);
        double build = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        double memory = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"vocabulary of {vocabulary.Size} tokens: {memory:F1} MB, built in {build:F0} ms"));
        Console.WriteLine("grammar               tokens  compile ms |  first answer: median µs    p99    max | later answers: median    p99    max | forced tokens");
        foreach ((string name, Func<Grammar> grammar, string text) in ConstraintScenarios.All())
            Measure(vocabulary, name, grammar, tokenizer is null ? Split(tokens, text) : tokenizer.Encode(text, addSpecialTokens: false));
        GC.KeepAlive(tokens);
    }

    private static void Measure(ConstraintVocabulary vocabulary, string name, Func<Grammar> grammar, List<int> answer)
    {
        double compile = double.MaxValue;
        double[] first = [.. answer.Select(_ => double.MaxValue)];
        double[] later = [.. first];
        int forced = 0;
        for (int round = 0; round < Rounds; round++)
        {
            Grammar source = grammar();
            // Processor time here, where the neighbours would get many turns in between.
            TimeSpan started = Environment.CpuUsage.TotalTime;
            CompiledGrammar compiled = CompiledGrammar.Compile(source);
            compile = Math.Min(compile, (Environment.CpuUsage.TotalTime - started).TotalMilliseconds);
            var constraint = new TokenConstraint(compiled, vocabulary);
            Follow(constraint, answer, first);
            Follow(constraint, answer, later);
            forced = CountForced(constraint, answer);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-20} {answer.Count,7} {compile,11:F2} | {At(first, 0.5),24:F1} {At(first, 0.99),6:F0} {first.Max(),6:F0} | {At(later, 0.5),21:F1} {At(later, 0.99),6:F0} {later.Max(),6:F0} | {forced}"));
    }

    private static void Follow(TokenConstraint constraint, List<int> answer, double[] least)
    {
        var mask = new ulong[constraint.Vocabulary.MaskLength];
        ConstraintState state = constraint.Start();
        for (int i = 0; i < answer.Count; i++)
        {
            long started = Stopwatch.GetTimestamp();
            state.FillMask(mask);
            bool isAllowed = (mask[answer[i] >> 6] >> (answer[i] & 63) & 1) != 0 && state.Advance(answer[i]);
            least[i] = Math.Min(least[i], Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            if (!isAllowed)
                throw new InvalidOperationException($"Token {i} of the text is not allowed.");
        }
        if (!state.IsComplete)
            throw new InvalidOperationException("The text is not whole at its end.");
    }

    private static int CountForced(TokenConstraint constraint, List<int> answer)
    {
        ConstraintState state = constraint.Start();
        int forced = 0;
        for (int i = 0; i < answer.Count; i++)
        {
            int taken = state.TakeForced(1000).Count;
            forced += taken;
            i += taken;
            if (i < answer.Count && !state.Advance(answer[i]))
                return forced;
        }
        return forced;
    }

    private static double At(double[] values, double share) => values.Order().ElementAt((int)(share * (values.Length - 1)));

    /// <summary>The text as the longest tokens from the left.</summary>
    private static List<int> Split(List<ReadOnlyMemory<byte>> tokens, string text)
    {
        Dictionary<string, int> ids = [];
        for (int id = 0; id < tokens.Count; id++)
        {
            if (!tokens[id].IsEmpty)
                ids.TryAdd(Convert.ToHexString(tokens[id].Span), id);
        }
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        List<int> answer = [];
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(128, bytes.Length - at);
            int id;
            while (!ids.TryGetValue(Convert.ToHexString(bytes.AsSpan(at, length)), out id))
                length--;
            answer.Add(id);
            at += length;
        }
        return answer;
    }
}

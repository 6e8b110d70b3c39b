using System.Text;
using System.Text.Json;
using Ingot.Errors;
using Ingot.Text.Constraints;
using Ingot.Text.Constraints.JsonSchema;
using Ingot.Text.Constraints.JsonSchema.Analysis;
using Ingot.Text.Constraints.JsonSchema.Schemas;

namespace Ingot.Text.Tests.Constraints.JsonSchema;

/// <summary>
/// Texts drawn token by token from what the masks allow. <c>INGOT_RANDOM_WALKS</c> says how many (default 150),
/// <c>INGOT_RANDOM_LOG</c> a file that gets schema and text line by line, for another validator.
/// </summary>
public sealed class RandomWalkTests
{
    private const int End = 0;

    /// <summary>A walk that found no end by then, in an array of anything say, is given up.</summary>
    private const int MaxSteps = 1000;

    private static readonly string[] Longer =
        ["\": ", "\",", "\"}", "\"]", "},{", "null", "true", "false", "10", "12", "0.5", "name", "größe", "ab", "on", "off", "x\\", "\\\"", "é", "😀", "p_", "2024-", "-0", "T1", "\n  ", "aaa"];

    [Fact]
    public void Whatever_the_masks_allow_is_JSON_that_satisfies_the_schema()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("INGOT_RANDOM_WALKS"), out var wanted) ? wanted : 150;
        ReadOnlyMemory<byte>[] tokens = [default, .. Enumerable.Range(0, 256).Select(value => (ReadOnlyMemory<byte>)new[] { (byte)value }), .. Longer.Select(text => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text))];
        var vocabulary = new ConstraintVocabulary(tokens, [], [End], tokens.Length, null);
        int refused = 0, walked = 0, endless = 0;
        for (var seed = 0; walked < count; seed++)
        {
            var random = new Random(seed);
            var schema = JsonElement.Parse(new RandomSchemas(random).Next().ToJsonString());
            TokenConstraint constraint;
            try
            {
                constraint = new TokenConstraint(CompiledGrammar.Compile(JsonSchemaGrammar.Compile(schema)), vocabulary);
            }
            catch (IngotException)
            {
                refused++;
                continue;
            }

            for (var walk = 0; walk < 3 && walked < count; walk++, walked++)
            {
                if (Walk(constraint, tokens, random) is { } text)
                    Check(seed, schema, text);
                else
                    endless++;
            }
        }

        Assert.InRange(refused, 0, walked);
        Assert.InRange(endless, 0, walked / 50);
    }

    private static void Check(int seed, JsonElement schema, string text)
    {
        if (Environment.GetEnvironmentVariable("INGOT_RANDOM_LOG") is { Length: > 0 } path)
            File.AppendAllText(path, JsonSerializer.Serialize(new { schema = schema.GetRawText(), answer = text }) + "\n");
        var nodes = new SchemaNodes();
        var root = new SchemaReader(new SchemaDocument(schema), nodes, new HashSet<string>()).ReadRoot();
        Assert.True(new SchemaEvaluator(nodes).IsValid(root, JsonElement.Parse(text)), $"Seed {seed}: {schema.GetRawText()} got {text}");
    }

    private static string? Walk(TokenConstraint constraint, ReadOnlyMemory<byte>[] tokens, Random random)
    {
        var state = constraint.Start();
        var mask = new ulong[constraint.Vocabulary.MaskLength];
        List<byte> text = [];
        for (var step = 0; !state.HasEnded && state.CanContinue; step++)
        {
            state.FillMask(mask);
            List<int> allowed = [.. Enumerable.Range(0, tokens.Length).Where(token => (mask[token >> 6] & (1UL << (token & 63))) != 0)];
            Assert.NotEmpty(allowed);

            // Random texts grow for ever where they may; what closes something is taken more often, the longer the walk.
            var closing = allowed.FindAll(token => token == End || (tokens[token].Length == 1 && tokens[token].Span[0] is (byte)'"' or (byte)'}' or (byte)']'));
            var from = closing.Count > 0 && random.Next(60) < Math.Min(10 + step, 45) ? closing : allowed;
            var token = from[random.Next(from.Count)];
            Assert.True(state.Advance(token));
            text.AddRange(tokens[token].Span);
            if (step == MaxSteps)
                return null;
        }

        return Encoding.UTF8.GetString([.. text]);
    }
}

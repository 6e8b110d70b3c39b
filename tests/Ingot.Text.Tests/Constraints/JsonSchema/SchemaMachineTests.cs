using System.Text;
using System.Text.Json;
using Ingot.Testing;
using Ingot.Text.Constraints;
using Ingot.Text.Constraints.JsonSchema;
using Ingot.Text.Tokenizers;

namespace Ingot.Text.Tests.Constraints.JsonSchema;

public sealed class SchemaMachineTests
{
    [Fact]
    public void The_machine_reads_valid_instances_and_no_invalid_ones_by_bytes_and_by_tokens()
    {
        var tokenizer = Tokenizer.Load(ShippedModel.Folder);
        var vocabulary = ConstraintVocabulary.Create(tokenizer, [tokenizer.FindToken("<|im_end|>")!.Value]);
        List<string> wrong = [];
        foreach (var entry in SuiteCase.All.Where(entry => entry.Refused is null))
        {
            var machine = CompiledGrammar.Compile(JsonSchemaGrammar.Compile(entry.Schema));
            var constraint = new TokenConstraint(machine, vocabulary);
            foreach (var (text, isValid) in entry.Valid.Select(text => (text, true)).Concat(entry.Invalid.Select(text => (text, false))))
            {
                if (machine.Accepts(Encoding.UTF8.GetBytes(text)) != isValid)
                    wrong.Add($"{entry.Name}: {(isValid ? "rejects" : "accepts")} {text}");
                if (TakesTokens(constraint, tokenizer, text) != isValid)
                    wrong.Add($"{entry.Name}: {(isValid ? "rejects" : "accepts")} the tokens of {text}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Bytes_that_are_no_character_are_no_text()
    {
        var machine = CompiledGrammar.Compile(JsonSchemaGrammar.Compile(JsonElement.Parse("""{"type":"string","maxLength":6}""")));
        byte[][] wrong = [[0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xFF]];

        Assert.All(wrong, bytes => Assert.False(machine.Accepts([(byte)'"', .. bytes, (byte)'"'])));
        Assert.True(machine.Accepts("\"\uD7FF\uE000\U0010FFFF\""u8));
    }

    private static bool TakesTokens(TokenConstraint constraint, Tokenizer tokenizer, string text)
    {
        var state = constraint.Start();
        return tokenizer.Encode(text, addSpecialTokens: false).TrueForAll(state.Advance) && state.IsComplete;
    }
}

using Ingot.Errors;
using Ingot.Service.Options;
using Ingot.Testing;

namespace Ingot.Service.Tests.Options;

/// <summary>Changing the configuration file leaves what people wrote around the changed key as it is.</summary>
public sealed class OptionFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{}", "{\n  \"b\": 2\n}")]
    [InlineData("{\n}\n", "{\n  \"b\": 2\n}\n")]
    [InlineData("{ // nothing yet\n}", "{ // nothing yet\n  \"b\": 2\n}")]
    [InlineData("{\"a\": 1}", "{\"a\": 1,\n  \"b\": 2\n}")]
    [InlineData("{\n    \"a\": 1 // one, surely\n}\n", "{\n    \"a\": 1, // one, surely\n    \"b\": 2\n}\n")]
    [InlineData("{\n  \"a\": [1, 2], /* , */\n  // end\n}", "{\n  \"a\": [1, 2], /* , */\n  // end\n  \"b\": 2\n}")]
    [InlineData("{\r\n  \"a\": 1\r\n}\r\n", "{\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}\r\n")]
    [InlineData("{\n  \"b\": { \"c\": 1 }, // was an object\n  \"d\": 4\n}", "{\n  \"b\": 2, // was an object\n  \"d\": 4\n}")]
    [InlineData("{\"b\": 0, \"b\": 1}", "{\"b\": 0, \"b\": 2}")]
    [InlineData("\uFEFF{\"b\": \"\\u0061\"} // end", "\uFEFF{\"b\": 2} // end")]
    public void A_key_is_set(string before, string after) => Assert.Equal(after, Changed(before, file => file.Set("b", "2")));

    [Theory]
    [InlineData("{\"a\": 1}", "{\"a\": 1}")]
    [InlineData("{\"b\": 1}", "{}")]
    [InlineData("{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}", "{\n  \"a\": 1,\n  \"c\": 3\n}")]
    [InlineData("{\n  \"a\": 1, // one\n  \"b\": 2\n}", "{\n  \"a\": 1 // one\n}")]
    [InlineData("{\n  \"b\": [\n    1\n  ] /* two */,\n  \"c\": 3\n}", "{\n   /* two */\n  \"c\": 3\n}")]
    [InlineData("{\"b\": 0, \"a\": 1, \"b\": 1}", "{ \"a\": 1 }")]
    public void A_key_is_taken_out(string before, string after) => Assert.Equal(after, Changed(before, file => file.Remove("b")));

    [Theory]
    [InlineData("[1]")]
    [InlineData("{\"a\": }")]
    [InlineData("{\"a\": 1} {}")]
    [InlineData("")]
    public void What_is_no_object_is_refused_by_its_name(string text)
    {
        string path = _folder.Write("ingot.json", text);

        Assert.Contains(path, Assert.Throws<IngotException>(() => OptionFile.Read(path)).Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(path));
    }

    [Fact]
    public void A_link_stays_a_link_and_a_file_keeps_who_may_read_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making symbolic links needs special rights on Windows.");
        string target = _folder.Write("dotfiles/ingot.json", "{}");
        UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(target, mode);
        File.CreateSymbolicLink(_folder["ingot.json"], target);

        OptionFile.Read(_folder["ingot.json"]).Set("b", "2").Write();

        Assert.NotNull(File.ResolveLinkTarget(_folder["ingot.json"], returnFinalTarget: false));
        Assert.Contains("\"b\": 2", File.ReadAllText(target), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(mode, File.GetUnixFileMode(target));
        Assert.Equal(["ingot.json"], Directory.EnumerateFiles(_folder["dotfiles"]).Select(Path.GetFileName));
    }

    [Fact]
    public void Every_option_has_a_value_to_show()
    {
        OptionReport report = OptionBook.List(new Dictionary<string, string> { ["HOME"] = _folder.Path, ["USERPROFILE"] = _folder.Path, ["HF_TOKEN"] = "hf_secret" });

        Assert.Equal(OptionBook.Keys, report.Options.Select(option => option.Key));
        Assert.Empty(report.Mistakes);
        Assert.Equal("HF_TOKEN", report.Options.Single(option => option.Key == "hubToken").Source);
        Assert.DoesNotContain(report.Options, option => option.Value is string text && text.Contains("hf_secret", StringComparison.Ordinal));
    }

    private string Changed(string before, Func<OptionFile, OptionFile> change)
    {
        string path = _folder.Write("ingot.json", before);
        change(OptionFile.Read(path)).Write();
        using var reader = new StreamReader(path, new System.Text.UTF8Encoding(false), detectEncodingFromByteOrderMarks: false);
        return reader.ReadToEnd();
    }
}

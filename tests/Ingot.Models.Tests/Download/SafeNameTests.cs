using FsCheck;
using FsCheck.Fluent;
using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Models.Download;
using Ingot.Testing;

namespace Ingot.Models.Tests.Download;

public sealed class SafeNameTests : IDisposable
{
    private static readonly string[] Parts =
    [
        "a", "Z", "9", "model", ".onnx", ".", "..", "/", "\\", ":", " ", "\t", "\0", "\n", "CON", "nul", "COM1", "lpt9", "é", "日", "\u202e", "\ud800",
        "*", "?", "\"", "<", "|", "~", "$", "%", "-", "_", "'", "+", "name", "\u0301",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("Phi-4-mini-instruct-generic-cpu-4")]
    [InlineData(".gitignore")]
    [InlineData("model_q4 (1)+x,y;z=[]{}'!@#$%^&~`.data")]
    [InlineData("modèle-日本")]
    [InlineData("console")]
    [InlineData("com10")]
    public void A_plain_name_is_taken_as_it_is(string name) => Assert.Equal(name, SafeName.Parse(name, "The name").Value);

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(".", "ends with a space or a dot")]
    [InlineData("..", "ends with a space or a dot")]
    [InlineData("a.", "ends with a space or a dot")]
    [InlineData(" a", "begins with a space")]
    [InlineData("a ", "ends with a space or a dot")]
    [InlineData("a/b", "U+002F")]
    [InlineData("a\\b", "U+005C")]
    [InlineData("a:b", "U+003A")]
    [InlineData("a\0b", "U+0000")]
    [InlineData("a\u007fb", "U+007F")]
    [InlineData("a\u202eb", "U+202E")]
    [InlineData("\ud83d\ude00", "U+D83D")]
    [InlineData("con", "device")]
    [InlineData("NUL.json", "device")]
    [InlineData("com1 .txt", "device")]
    [InlineData("LPT9.tar.gz", "device")]
    public void A_name_that_means_something_else_somewhere_is_refused(string name, string fault)
    {
        var refusal = Assert.Throws<IngotException>(() => SafeName.Parse(name, "The name"));

        Assert.Equal(ErrorCode.InvalidValue, refusal.Code);
        Assert.Contains(fault, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(refusal.Message, char.IsControl);
    }

    [Fact]
    public void A_long_name_is_refused() => Assert.Contains("longer", SafeName.Fault(new string('é', 101))!, StringComparison.Ordinal);

    [Fact]
    public void Ten_thousand_names_made_of_nasty_parts_are_refused_or_are_plain_files_in_their_folder()
    {
        var accepted = 0;
        Prop.ForAll(Arb.From(Texts(6)), name =>
        {
            if (SafeName.Fault(name) is not null)
                return true;
            accepted++;
            var path = Path.GetFullPath(Path.Combine(_folder.Path, name));
            return Path.GetDirectoryName(path) == _folder.Path && Path.GetFileName(path) == name && IsMadeAs(path, name);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));
        Assert.True(accepted > 500, $"Only {accepted} names were taken.");
    }

    [Fact]
    public void Ten_thousand_paths_never_lead_out_of_their_folder()
    {
        Prop.ForAll(Arb.From(Texts(20)), text =>
        {
            try
            {
                var path = Path.GetFullPath(SafePath.Parse(text, "The path").In(_folder.Path));
                return path.StartsWith(_folder.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal);
            }
            catch (IngotException)
            {
                return true;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));
    }

    [Theory]
    [InlineData("a.json", "A.JSON")]
    [InlineData("a", "a/b")]
    [InlineData("x/a", "X/b")]
    [InlineData("a", "a")]
    public void Paths_some_file_systems_cannot_keep_apart_are_refused(string first, string second) =>
        Assert.Throws<IngotException>(() => SafePath.CheckDistinct([SafePath.Parse(first, "The path"), SafePath.Parse(second, "The path")]));

    [Fact]
    public void Different_paths_are_distinct() =>
        SafePath.CheckDistinct([SafePath.Parse("a/b", "The path"), SafePath.Parse("a/c", "The path"), SafePath.Parse("b", "The path"), SafePath.Parse("ab", "The path")]);

    [Theory]
    [InlineData("Microsoft", "phi-4", 3, "Microsoft/phi-4-3")]
    [InlineData(null, "phi-4", 0, "Local/phi-4-0")]
    public void A_model_belongs_to_its_publishers_folder(string? publisher, string name, int version, string place) =>
        Assert.Equal(
            Path.Combine(_folder.Path, place.Replace('/', Path.DirectorySeparatorChar)),
            ModelPlace.Of(_folder.Path, Entry(publisher, name, version)).Final);

    [Theory]
    [InlineData("..", "phi")]
    [InlineData("a/b", "phi")]
    [InlineData(".downloads", "phi")]
    [InlineData("Microsoft", "../../phi")]
    [InlineData("Microsoft", ".phi")]
    [InlineData("nul", "phi")]
    public void A_model_whose_name_is_no_folders_has_no_place(string publisher, string name)
    {
        Assert.Equal(ErrorCode.InvalidValue, Assert.Throws<IngotException>(() => ModelPlace.Of(_folder.Path, Entry(publisher, name, 1))).Code);
        Assert.Null(ModelPlace.OfOrNull(_folder.Path, Entry(publisher, name, 1)));
    }

    private static Gen<string> Texts(int maxParts) =>
        Gen.Choose(1, maxParts).SelectMany(count => Gen.Elements(Parts).ListOf(count)).Select(parts => string.Concat(parts));

    private static ModelEntry Entry(string? publisher, string name, int version) =>
        new() { Name = name, Version = version, Alias = name, Uri = "local://x", Publisher = publisher };

    private bool IsMadeAs(string path, string name)
    {
        File.WriteAllText(path, "");
        var isThere = _folder.Names.SequenceEqual([name]);
        File.Delete(path);
        return isThere;
    }
}

using Ingot.Errors;
using Ingot.Models.Download;

namespace Ingot.Models.Tests.Download;

public sealed class HubReferenceTests
{
    [Theory]
    [InlineData("hf:acme/tiny", "acme", "tiny", null, null)]
    [InlineData("HF:Acme/Tiny.v2_x-1", "Acme", "Tiny.v2_x-1", null, null)]
    [InlineData("hf:acme/tiny@main", "acme", "tiny", "main", null)]
    [InlineData("hf:acme/tiny@refs/pr/1:cpu/int4", "acme", "tiny", "refs/pr/1", "cpu/int4")]
    [InlineData("hf:acme/tiny:cpu_and_mobile/cpu-int4", "acme", "tiny", null, "cpu_and_mobile/cpu-int4")]
    public void A_name_is_taken_apart_and_put_together_again(string text, string owner, string name, string? revision, string? path)
    {
        var reference = HubReference.Parse(text);

        Assert.Equal((owner, name, revision, path), (reference.Owner, reference.Name, reference.Revision, reference.Path));
        Assert.Equal("hf:" + text[3..], reference.ToString());
        Assert.True(reference.IsAddress(text));
    }

    [Theory]
    [InlineData("hf:")]
    [InlineData("hf:tiny")]
    [InlineData("hf:/tiny")]
    [InlineData("hf:acme/")]
    [InlineData("hf:acme/tiny/more")]
    [InlineData("hf:ac me/tiny")]
    [InlineData("hf:../tiny")]
    [InlineData("hf:acme/..")]
    [InlineData("hf:acme/.hidden")]
    [InlineData("hf:acme/nul")]
    [InlineData("hf:acme/tiny@")]
    [InlineData("hf:acme/tiny@../x")]
    [InlineData("hf:acme/tiny@a?b=c")]
    [InlineData("hf:acme/tiny:")]
    [InlineData("hf:acme/tiny:../x")]
    [InlineData("hf:acme/tiny:a//b")]
    [InlineData("hf:acme/tiny:a:b")]
    [InlineData("hf:acme%2ftiny/x")]
    public void What_is_no_such_name_is_refused(string text)
    {
        Assert.Equal(ErrorCode.InvalidValue, Assert.Throws<IngotException>(() => HubReference.Parse(text)).Code);
        Assert.False(HubReference.TryParse(text, out _));
    }

    [Fact]
    public void Different_repositories_folders_and_revisions_are_different_models()
    {
        string[] names = ["hf:a/x", "hf:b/x", "hf:a/x:cpu", "hf:a/x:gpu", "hf:a/x@dev", "hf:a/x@dev:cpu"];

        Assert.Equal(names.Length, names.Select(name => HubReference.Parse(name).ToEntry().Id).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void The_longest_name_still_fits_a_folder()
    {
        var entry = HubReference.Parse($"hf:{new string('o', 96)}/{new string('n', 96)}@{new string('r', 200)}:{new string('p', 200)}").ToEntry();

        Assert.NotNull(ModelPlace.OfOrNull("/cache", entry));
    }
}

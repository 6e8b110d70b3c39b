using Ingot.Service.Options;

namespace Ingot.Service.Tests.Options;

public sealed class WebOriginTests
{
    [Theory]
    [InlineData("https://app.example", "https://app.example:443")]
    [InlineData("https://app.example", "HTTPS://APP.EXAMPLE/")]
    [InlineData("http://[::1]:80", "http://[0:0::1]")]
    [InlineData("https://bücher.example", "https://xn--bcher-kva.example")]
    public void One_site_is_one_however_written(string one, string other)
    {
        Assert.NotNull(WebOrigin.Parse(one));
        Assert.Equal(WebOrigin.Parse(one), WebOrigin.Parse(other));
    }

    [Theory]
    [InlineData("https://app.example", "http://app.example")]
    [InlineData("https://app.example", "https://app.example:444")]
    [InlineData("https://app.example", "https://app.example.")]
    [InlineData("https://app.example", "https://a.app.example")]
    [InlineData("chrome-extension://abc", "moz-extension://abc")]
    public void Another_scheme_port_or_name_is_another_site(string one, string other)
    {
        Assert.NotNull(WebOrigin.Parse(other));
        Assert.NotEqual(WebOrigin.Parse(one), WebOrigin.Parse(other));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("*")]
    [InlineData("app.example")]
    [InlineData("https://")]
    [InlineData("https://*.example")]
    [InlineData("https://app.example/x")]
    [InlineData("https://app.example?x")]
    [InlineData("https://app.example#x")]
    [InlineData("https://user@app.example")]
    [InlineData("https://a.example https://b.example")]
    [InlineData("https:\\\\app.example")]
    [InlineData("file:///etc")]
    [InlineData("data:text/html,x")]
    public void What_names_no_single_site_is_none(string text) => Assert.Null(WebOrigin.Parse(text));

    [Fact]
    public void A_very_long_one_is_none() => Assert.Null(WebOrigin.Parse($"https://{new string('a', 600)}.example"));
}

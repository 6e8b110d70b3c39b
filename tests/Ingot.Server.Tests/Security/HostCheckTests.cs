using Ingot.Server.Security;

namespace Ingot.Server.Tests.Security;

public sealed class HostCheckTests
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST")]
    [InlineData("app.localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.1")]
    [InlineData("[::1]")]
    public void Names_of_this_machine_are_answered(string host) => Assert.True(HostCheck.IsLocalName(host));

    [Theory]
    [InlineData("")]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("192.0.2.7")]
    public void Other_names_are_not(string host) => Assert.False(HostCheck.IsLocalName(host));

    [Theory]
    [InlineData("llm.example", "192.0.2.7", "", true)]
    [InlineData("llm.example", "192.0.2.7", "llm.example", true)]
    [InlineData("evil.example", "192.0.2.7", "llm.example", false)]
    [InlineData("192.0.2.7", "192.0.2.7", "llm.example", true)]
    [InlineData("192.0.2.7", "127.0.0.1", "llm.example", false)]
    [InlineData("llm.example", "127.0.0.1", "", false)]
    [InlineData("llm.example", "127.0.0.1", "llm.example", true)]
    [InlineData("llm.example", "::1", "", false)]
    [InlineData("localhost", "192.0.2.7", "llm.example", true)]
    public void Where_others_reach_it_any_name_will_do_until_some_are_named(string host, string reached, string allowed, bool isOwn) =>
        Assert.Equal(isOwn, HostCheck.IsOwn(host, System.Net.IPAddress.Parse(reached), allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}

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
}

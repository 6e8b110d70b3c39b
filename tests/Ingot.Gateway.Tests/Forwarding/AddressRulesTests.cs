using System.Net;
using Ingot.Gateway.Forwarding;

namespace Ingot.Gateway.Tests.Forwarding;

public sealed class AddressRulesTests
{
    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("0.0.0.0")]
    [InlineData("100.100.100.200")]
    [InlineData("168.63.129.16")]
    [InlineData("239.1.2.3")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("fe80::1%2")]
    [InlineData("fd00:ec2::254")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::169.254.169.254")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("::169.254.169.254")]
    public void Clouds_own_services_and_what_is_no_host_are_refused_however_they_are_written(string address) =>
        Assert.True(AddressRules.IsRefused(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.31.0.1", true)]
    [InlineData("192.168.1.1", true)]
    [InlineData("fd12::1", true)]
    [InlineData("::ffff:10.0.0.1", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("8.8.8.8", false)]
    [InlineData("::ffff:8.8.8.8", false)]
    [InlineData("64:ff9b::8.8.8.8", false)]
    [InlineData("2606:4700::1111", false)]
    public void Private_networks_are_told_from_the_rest(string address, bool isPrivate) =>
        Assert.Equal((isPrivate, false), (AddressRules.IsPrivate(IPAddress.Parse(address)), AddressRules.IsRefused(IPAddress.Parse(address))));
}

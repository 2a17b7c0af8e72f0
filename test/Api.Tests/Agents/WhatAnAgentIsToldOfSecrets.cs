using System.Text.Json;
using System.Text.Json.Nodes;

namespace Berth.Api.Tests;

public sealed class WhatAnAgentIsToldOfSecrets
{
    [Theory]
    [InlineData("/app/color", "ssm", "us-east-1")]
    [InlineData("arn:aws:ssm:eu-west-1:000000000000:parameter/app/color", "ssm", "eu-west-1")]
    [InlineData("arn:aws:secretsmanager:eu-west-1:000000000000:secret:app/db-AbCdEf:password::", "asm", "eu-west-1")]
    public void Names_its_store_and_its_region(string from, string provider, string region)
    {
        var payload = Told($$"""{"secrets":[{"name":"A","valueFrom":"{{from}}"}]}""");

        payload["secrets"]!.ToJsonString().ShouldBe(
            $$"""[{"name":"A","valueFrom":"{{from}}","region":"{{region}}","provider":"{{provider}}","type":"ENVIRONMENT_VARIABLE","target":"CONTAINER"}]""");
    }

    [Fact]
    public void Has_those_of_the_log_driver_and_of_the_registry()
    {
        var payload = Told("""
            {
              "logConfiguration": { "logDriver": "splunk", "secretOptions": [{ "name": "splunk-token", "valueFrom": "/token" }] },
              "repositoryCredentials": { "credentialsParameter": "arn:aws:secretsmanager:eu-west-1:000000000000:secret:registry" }
            }
            """);

        payload["secrets"]!.ToJsonString().ShouldBe(
            """[{"name":"splunk-token","valueFrom":"/token","region":"us-east-1","provider":"ssm","type":"BOOTSTRAP","target":"LOG_DRIVER"}]""",
            "An environment variable to the official agent is one whatever its target, and the driver would never get it.");
        payload["registryAuthentication"]!.ToJsonString().ShouldBe(
            """{"type":"asm","asmAuthData":{"region":"eu-west-1","credentialsParameter":"arn:aws:secretsmanager:eu-west-1:000000000000:secret:registry"}}""");
        Told("{}").Count.ShouldBe(0);
    }

    private static JsonObject Told(string container)
    {
        var payload = new JsonObject();
        PayloadSecrets.Add(JsonElement.Parse(container), "us-east-1", payload);
        return payload;
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Domain;

namespace Berth.Api.Tests;

/// <summary>The agent makes the router's configuration, the official one as well as Berth's: it is told all that the definition says.</summary>
public sealed class WhatAnAgentIsToldOfALogRouter
{
    [Fact]
    public void Is_the_configuration_as_it_stands_and_the_driver_by_its_ecs_name()
    {
        var cluster = new ToldCluster();
        cluster.Instance();
        var definition = ToldCluster.Web with
        {
            Document = JsonElement.Parse("""
                {
                  "family": "web",
                  "containerDefinitions": [
                    { "name": "router", "image": "fluent-bit", "user": "0", "firelensConfiguration": { "type": "fluentbit", "options": { "config-file-type": "file", "config-file-value": "/x" } } },
                    { "name": "web", "image": "web", "logConfiguration": { "logDriver": "awsfirelens", "options": { "Name": "stdout", "log-driver-buffer-limit": "1" }, "secretOptions": [{ "name": "key", "valueFrom": "/key" }] } }
                  ]
                }
                """),
            Containers = [ToldCluster.Web.Containers[0] with { Name = "router", PortMappings = [] }, ToldCluster.Web.Containers[0]],
        };
        cluster.Do(new CreateServiceCommand("web", new() { TaskDefinitionArn = definition.Arn, DesiredCount = 1 }, definition, [], null, "arn:aws:iam::000000000000:root", null));

        var told = PayloadTask.Run(cluster.State, cluster.Task, (_, _) => new JsonObject(), "", "");

        told["networkMode"]!.GetValue<string>().ShouldBe("bridge");
        var (router, web) = (told["containers"]![0]!, told["containers"]![1]!);
        router["firelensConfiguration"]!.ToJsonString().ShouldBe("""{"type":"fluentbit","options":{"config-file-type":"file","config-file-value":"/x"}}""");
        router["dockerConfig"]!["config"]!.GetValue<string>().ShouldBe("""{"User":"0"}""");
        JsonNode.Parse(web["dockerConfig"]!["hostConfig"]!.GetValue<string>())!["LogConfig"]!.ToJsonString().ShouldBe("""{"Type":"awsfirelens","Config":{"Name":"stdout","log-driver-buffer-limit":"1"}}""");
        web["secrets"]![0]!["target"]!.GetValue<string>().ShouldBe("LOG_DRIVER");
        web.AsObject().ContainsKey("firelensConfiguration").ShouldBeFalse();
    }
}

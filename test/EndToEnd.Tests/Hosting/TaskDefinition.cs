namespace Berth.EndToEnd.Tests;

/// <summary>Registers task definitions.</summary>
internal static class TaskDefinition
{
    /// <summary>One container <c>web</c> with the web image; the revision as <c>family:1</c>.</summary>
    public static Task<string> RegisterAsync(Installation berth, string family, string image, string release = "one", int hostPort = 0, int memory = 32) =>
        RegisterAsync(berth, $$"""
            {
              "family": "{{family}}",
              "networkMode": "bridge",
              "containerDefinitions": [
                {
                  "name": "web",
                  "image": "{{image}}",
                  "cpu": 16,
                  "memory": {{memory}},
                  "essential": true,
                  "portMappings": [{ "containerPort": 8080, "hostPort": {{hostPort}}, "protocol": "tcp" }],
                  "environment": [{ "name": "RELEASE", "value": "{{release}}" }],
                  "stopTimeout": 2
                }
              ]
            }
            """);

    /// <summary>Any other; the revision as <c>family:1</c>.</summary>
    public static async Task<string> RegisterAsync(Installation berth, string json) =>
        (await berth.RunAsync($"aws ecs register-task-definition --cli-input-json '{json}' --query taskDefinition.taskDefinitionArn")).Split('/')[1];
}

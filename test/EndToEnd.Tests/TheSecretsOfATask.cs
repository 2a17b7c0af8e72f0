namespace Berth.EndToEnd.Tests;

/// <summary>Parameters, secrets and environment files, from the command that stores them to the log of the task that prints them.</summary>
public sealed class TheSecretsOfATask(TheSecretsOfATask.AnInstallation berth) : IClassFixture<TheSecretsOfATask.AnInstallation>
{
    public sealed class AnInstallation() : Installation("--no-sample");

    [Fact]
    public async Task Reach_its_containers_and_stand_in_no_file_of_the_installation()
    {
        berth.Require();
        var image = await berth.WebImageAsync();
        var secret = await berth.RunAsync("""
            aws ssm put-parameter --name /app/color --type SecureString --value vermilion >/dev/null
            aws logs create-log-group --log-group-name /app
            aws s3 mb s3://conf >/dev/null
            printf '# of tests\nGREETING=good morning\nCOLOR=from the file\n' > /tmp/$$.env
            aws s3 cp /tmp/$$.env s3://conf/app.env >/dev/null; rm /tmp/$$.env
            aws secretsmanager create-secret --name app/db --secret-string '{"user":"me","password":"swordfish"}' --query ARN
            """);
        var family = berth.Named("told");
        await RegisterAsync(family, image, $$"""[{"name":"COLOR","valueFrom":"/app/color"},{"name":"PASSWORD","valueFrom":"{{secret}}:password::"}]""");

        var task = await berth.RunAsync($"aws ecs run-task --task-definition {family} --query tasks[0].taskArn");
        var log = await berth.UntilAsync($"aws logs get-log-events --log-group-name /app --log-stream-name app/web/{task.Split('/')[^1]} --query events[].message || true", said => said.Contains("PASSWORD", StringComparison.Ordinal));
        var lines = log.Split('\t');

        new[] { "COLOR=vermilion", "PASSWORD=swordfish", "GREETING=good morning" }.ShouldBeSubsetOf(lines);
        var data = berth.Data;
        await berth.RunAsync($"grep -rqa /app/color {data} --exclude-dir=logs && ! grep -rqa -e swordfish -e vermilion {data} --exclude-dir=logs");

        // What is not there stops the task, which says what it lacks.
        await RegisterAsync(family, image, """[{"name":"COLOR","valueFrom":"/app/none"}]""");
        task = await berth.RunAsync($"aws ecs run-task --task-definition {family} --query tasks[0].taskArn");
        (await berth.UntilAsync($"aws ecs describe-tasks --tasks {task} --query tasks[0].[lastStatus,stopCode,stoppedReason]", said => said.StartsWith("STOPPED", StringComparison.Ordinal)))
            .ShouldBe("STOPPED\tTaskFailedToStart\tFetching secret data from SSM Parameter Store in us-east-1: invalid parameters: /app/none");

        // A server that was killed has forgotten nothing.
        await berth.KillAndAwaitAnotherAsync("server");
        await berth.UntilAsync("aws ssm get-parameter --name /app/color --with-decryption --query Parameter.Value || echo away", said => said == "vermilion");
        (await berth.RunAsync("aws secretsmanager get-secret-value --secret-id app/db --query SecretString")).ShouldContain("swordfish");
        (await berth.RunAsync("aws s3 cp s3://conf/app.env -")).ShouldContain("GREETING=good morning");
    }

    [Fact]
    public async Task Are_the_keys_of_its_role_too_which_an_sdk_in_a_container_finds_by_itself()
    {
        berth.Require();
        const string Python = "/usr/bin/python3";
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "The address at which SDKs look needs root.");
        Assert.SkipUnless((await berth.TryAsync($"{Python} -c 'import botocore'")).ExitCode == 0, "This needs Debian's python3-botocore.");
        var image = await berth.WebImageAsync();
        var family = berth.Named("who");
        await berth.RunAsync("aws logs create-log-group --log-group-name /who");

        // The machine's own Python and botocore, in a container of their own, which is told where Berth is and nothing of keys.
        await TaskDefinition.RegisterAsync(berth, $$"""
            {
              "family": "{{family}}",
              "networkMode": "host",
              "taskRoleArn": "arn:aws:iam::{{berth.Account}}:role/app",
              "containerDefinitions": [
                {
                  "name": "web",
                  "image": "{{image}}",
                  "memory": 128,
                  "entryPoint": ["{{Python}}", "-c"],
                  "command": ["import botocore.session; print(botocore.session.get_session().create_client(\"sts\", region_name=\"us-east-1\", endpoint_url=\"{{await berth.RunAsync("echo $AWS_ENDPOINT_URL")}}\").get_caller_identity()[\"Arn\"])"],
                  "mountPoints": [
                    { "sourceVolume": "usr", "containerPath": "/usr", "readOnly": true },
                    { "sourceVolume": "lib", "containerPath": "/lib", "readOnly": true },
                    { "sourceVolume": "lib64", "containerPath": "/lib64", "readOnly": true }
                  ],
                  "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": { "awslogs-group": "/who", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "who" }
                  }
                }
              ],
              "volumes": [
                { "name": "usr", "host": { "sourcePath": "/usr" } },
                { "name": "lib", "host": { "sourcePath": "/usr/lib" } },
                { "name": "lib64", "host": { "sourcePath": "/usr/lib64" } }
              ]
            }
            """);

        var task = (await berth.RunAsync($"aws ecs run-task --task-definition {family} --query tasks[0].taskArn")).Split('/')[^1];
        (await berth.UntilAsync($"aws logs get-log-events --log-group-name /who --log-stream-name who/web/{task} --query events[].message || true", said => said.Contains("arn:aws", StringComparison.Ordinal)))
            .ShouldBe($"arn:aws:sts::{berth.Account}:assumed-role/app/{task}");
    }

    private Task<string> RegisterAsync(string family, string image, string secrets) => TaskDefinition.RegisterAsync(berth, $$"""
        {
          "family": "{{family}}",
          "executionRoleArn": "arn:aws:iam::{{berth.Account}}:role/execution",
          "containerDefinitions": [
            {
              "name": "web",
              "image": "{{image}}",
              "cpu": 16,
              "memory": 32,
              "command": ["/bin/busybox", "env"],
              "secrets": {{secrets}},
              "environmentFiles": [{ "type": "s3", "value": "arn:aws:s3:::conf/app.env" }],
              "logConfiguration": {
                "logDriver": "awslogs",
                "options": { "awslogs-group": "/app", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "app" }
              }
            }
          ]
        }
        """);
}

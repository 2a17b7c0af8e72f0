namespace Berth.EndToEnd.Tests;

/// <summary>Network mode awsvpc by the aws CLI: in the default VPC, behind a listener, on FARGATE.</summary>
public sealed class AnAddressForEachTask(AnAddressForEachTask.AnInstallation berth) : IClassFixture<AnAddressForEachTask.AnInstallation>
{
    private const string Sandboxes = "--filter label=com.amazonaws.ecs.container-name=~internal~ecs~pause";
    private const string Attachment = "tasks[0].attachments[0]";

    public sealed class AnInstallation() : Installation("--no-sample");

    [Fact]
    public async Task Is_an_attachment_a_target_and_free_again_when_the_task_has_stopped()
    {
        berth.Require();
        var image = await berth.WebImageAsync();
        var family = berth.Named("net");
        await TaskDefinition.RegisterAsync(berth, $$"""
            {
              "family": "{{family}}", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE", "EC2"], "cpu": "256", "memory": "512",
              "containerDefinitions": [{ "name": "web", "image": "{{image}}", "essential": true, "portMappings": [{ "containerPort": 8080 }], "environment": [{ "name": "RELEASE", "value": "one" }], "stopTimeout": 2 }]
            }
            """);
        var subnets = (await berth.RunAsync("aws ec2 describe-subnets --query Subnets[].SubnetId")).Split('\t');
        var here = await berth.RunAsync("aws ec2 describe-subnets --filters Name=availability-zone,Values=us-east-1a --query Subnets[].SubnetId");
        var network = $"--network-configuration 'awsvpcConfiguration={{subnets=[{string.Join(',', subnets)}]}}'";

        // 1. What cannot be is refused.
        (await berth.RefusedAsync($"aws ecs run-task --task-definition {family} --network-configuration 'awsvpcConfiguration={{subnets=[subnet-0123456789abcdef0]}}'"))
            .ShouldContain("InvalidSubnetID.NotFound");

        // 2. Two tasks behind a listener, reached by their own addresses.
        var balancer = await LoadBalancer.CreateAsync(berth, "net", "ip");
        using var site = balancer.OpenSite();
        await berth.RunAsync($"aws ecs create-service --service-name site --task-definition {family} --desired-count 2 {network} {balancer.Option}");
        await site.AnsweredByAsync(2, release: "one");
        var sandboxes = await berth.ContainersAsync(family, Sandboxes);
        sandboxes.Length.ShouldBe(2);
        var addresses = (await berth.RunAsync("aws ecs describe-tasks --tasks $(aws ecs list-tasks --service-name site --query taskArns) --query 'tasks[].containers[0].networkInterfaces[0].privateIpv4Address'")).Split('\t');
        (await berth.RunAsync($"aws elbv2 describe-target-health --target-group-arn {balancer.TargetGroup} --query 'TargetHealthDescriptions[].Target.[Id,Port]'"))
            .Split('\n').ShouldBe(addresses.Select(address => $"{address}\t8080"), ignoreOrder: true);

        // 3. The agent dies, and finds what it had.
        await berth.KillAndAwaitAnotherAsync("agent-1");
        await site.AnsweredByAsync(2);
        await berth.UntilAsync("berth status || :", said => said.Contains("1 of 1 connected", StringComparison.Ordinal));

        // 4. A FARGATE task.
        var answer = (await berth.RunAsync($"aws ecs run-task --launch-type FARGATE --task-definition {family} {network} --query 'tasks[0].[taskArn,attachments[0].status,length(attachments[0].details)]'")).Split('\t');
        answer.Skip(1).ShouldBe(["PRECREATED", "1"]);
        var task = answer[0];
        await berth.RunAsync($"aws ecs wait tasks-running --tasks {task}");
        (await berth.ContainersAsync(family, Sandboxes)).ShouldBe([.. sandboxes, .. await berth.ContainersAsync(family, $"{Sandboxes} --filter label=com.amazonaws.ecs.task-arn={task}")], ignoreOrder: true);
        var attachment = (await berth.RunAsync($"aws ecs describe-tasks --tasks {task} --query '{Attachment}.[[type,status],details[].[name,value]][]'")).Split('\n').Select(line => line.Split('\t')).ToList();
        attachment[0].ShouldBe(["ElasticNetworkInterface", "ATTACHED"]);
        var details = attachment.Skip(1).ToDictionary(pair => pair[0], pair => pair[1]);
        details["subnetId"].ShouldBe(here);
        details["networkInterfaceId"].ShouldMatch("^eni-[0-9a-f]{17}$");
        details["privateDnsName"].ShouldBe($"ip-{details["privateIPv4Address"].Replace('.', '-')}.ec2.internal");
        using (var own = new Website($"http://{details["privateIPv4Address"]}:8080/"))
        {
            (await own.GetAsync()).Trim().ShouldEndWith(" one");
        }

        (await berth.RunAsync($$$"""docker inspect --format '{{range .NetworkSettings.Networks}}{{.MacAddress}} {{.IPAddress}}{{end}}' $(docker ps -q {{{Sandboxes}}} --filter label=com.amazonaws.ecs.task-arn={{{task}}})"""))
            .ShouldBe($"{details["macAddress"]} {details["privateIPv4Address"]}");

        // EC2 knows the interface, and keeps what it stands on.
        (await berth.RunAsync($"aws ec2 describe-network-interfaces --network-interface-ids {details["networkInterfaceId"]} --query 'NetworkInterfaces[].[PrivateIpAddress,MacAddress,SubnetId,Status,RequesterManaged,Groups[0].GroupName]'"))
            .ShouldBe($"{details["privateIPv4Address"]}\t{details["macAddress"]}\t{here}\tin-use\tTrue\tdefault");
        (await berth.RunAsync($"aws ec2 describe-network-interfaces --filters Name=addresses.private-ip-address,Values={details["privateIPv4Address"]} --query NetworkInterfaces[].NetworkInterfaceId"))
            .ShouldBe(details["networkInterfaceId"]);
        (await berth.RefusedAsync($"aws ec2 delete-subnet --subnet-id {here}")).ShouldContain("(DependencyViolation)");

        // 5. The end frees the address, although what stopped stays to be looked at.
        await berth.RunAsync($"aws ecs stop-task --task {task}");
        await berth.RunAsync("aws ecs delete-service --service site --force");
        await berth.RunAsync($"aws ecs wait tasks-stopped --tasks {task}");
        (await berth.RunAsync($"aws ecs describe-tasks --tasks {task} --query {Attachment}.status")).ShouldBe("DELETED");
        (await berth.RefusedAsync($"aws ec2 describe-network-interfaces --network-interface-ids {details["networkInterfaceId"]}")).ShouldContain("(InvalidNetworkInterfaceID.NotFound)");
        await berth.UntilAsync($"docker ps -aq {Sandboxes} --filter label=com.amazonaws.ecs.task-definition-family={family} | wc -l", count => count == "0");
    }
}
